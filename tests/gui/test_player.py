"""The player: what is drawn belongs to the frame whose time stamp is shown."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from fakes import sampling
from results_factory import BLURRED, exhibit, face, make
from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.player import playback as playback_module
from sjedd_gui.player.overlay import Overlay
from sjedd_gui.player.playback import Playback
from sjedd_gui.player.timecode import BadTimeCode, exact_time_code, parse_time_code
from sjedd_gui.widgets.marks import Drawn, box_rect, mark_label
from sjedd_gui.widgets.palette import OKABE_ITO, label_colour, track_colour, track_pen_style
from sjedd_gui.widgets.player import PlayerPanel
from sjedd_video.decode.index import survey
from sjedd_video.types import FrameTime, HeatKind
from synthetic import Clip, make_clip, read_code

FRAMES = 30
GOOD = {"preset": "veryfast", "crf": "26"}
CLIPS = {
    "variable": Clip("variable", ticks=lambda i: i * i * 10 + i * 500, time_base=Fraction(1, 30000), frames=FRAMES),
    "late": Clip("late", options=GOOD, bframes=3, ticks=lambda i: i + 90, frames=FRAMES, gop=250),
    "turned": Clip("turned", rotation=90, frames=FRAMES, width=192, height=320),
}
EVERY = 4
"""Every fourth frame is sampled."""
KEY = Qt.Key


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Makes a clip once for all tests."""
    folder, made = tmp_path_factory.mktemp("clips"), {}

    def get(name):
        if name not in made:
            made[name] = make_clip(CLIPS[name], folder)
        return made[name]

    return get


@pytest.fixture
def panel(qtbot):
    panel = PlayerPanel(Focus())
    panel.resize(900, 420)
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel, timeout=10_000):  # keys reach the active window only
        panel.show()
        panel.activateWindow()
    yield panel
    panel.close_media()


def box_of(number, track):
    """A box that tells the number of its frame and its person."""
    x, y = 4.0 + 8 * number, 100.0 if track == 1 else 40.0
    return np.array([x, y, x + 30, y + 40], np.float32)


def number_of(mark):
    return round((mark.box[0] - 4) / 8)


def score(number, track, time, strength=0.9, **kwargs):
    made = face(strength, 0.0, track, **kwargs)
    seen = made.observation
    box = box_of(number, track)
    points = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]]) * 30 + box[:2]
    detection = replace(seen.detection, box=box, landmarks=points.astype(np.float32))
    return replace(made, observation=replace(seen, time=time, detection=detection))


def result_of(path, *, sampled=range(0, FRAMES, EVERY), **kwargs):
    """A result whose boxes tell the number of their frame; person 2 is blurred in frame 8."""
    facts, index = survey(path, lambda: None)
    times = {n: FrameTime(int(index.pts[n]), index.time_base) for n in sampled}
    first = [score(n, 1, time) for n, time in times.items()]
    second = [score(n, 2, time, 0.05, quality=BLURRED if n == 8 else face(0, 0).observation.quality)
              for n, time in times.items() if n != 4]  # fmt: skip
    status = path.stat() if path.exists() else None
    result = make([first, second], sampling=sampling(len(times), times=tuple(times.values())), **kwargs)
    size, modified = status.st_size, datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="microseconds")
    evidence = replace(result.evidence, path=str(path), size=size, modified=modified, stream=facts)
    return replace(result, evidence=evidence)


def show(qtbot, panel, path, result=None):
    focus = panel._focus
    focus.show(Loaded(1, path, result or result_of(path)))
    qtbot.waitUntil(lambda: focus.shown is not None, timeout=20_000)
    return focus


def quiet(qtbot, panel, position=None):
    """Wait until the last wish is on screen."""
    go = panel.navigator
    qtbot.waitUntil(lambda: not go.source.busy and go.shown == go.wanted, timeout=20_000)
    if position is not None:
        assert go.shown == position


def seen(panel):
    """The number in the picture on screen."""
    image = panel.view.image
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return read_code(np.ascontiguousarray(pixels[..., 2::-1]))


def key(panel, key_, modifier=Qt.KeyboardModifier.NoModifier):
    panel.view.setFocus()
    QTest.keyClick(panel.view, key_, modifier)


@pytest.mark.parametrize("name", CLIPS)
def test_box_belongs_to_the_frame_whose_time_stamp_is_shown(qtbot, panel, clips, name):
    path = clips(name)
    focus = show(qtbot, panel, path)
    _, index = survey(path, lambda: None)
    for number in range(FRAMES):
        quiet(qtbot, panel, number)
        assert focus.shown.pts == index.pts[number]
        assert seen(panel) == number
        own = [drawn.mark for drawn in panel.view.marks if drawn.own]
        assert {number_of(mark) for mark in own} == ({number} if number % EVERY == 0 else set())
        assert [mark.track for mark in own] == ([] if number % EVERY else [1] if number == 4 else [1, 2])
        earlier = [drawn.mark for drawn in panel.view.marks if not drawn.own]
        assert {number_of(mark) for mark in earlier} == (set() if number % EVERY == 0 else {number // EVERY * EVERY})
        key(panel, KEY.Key_Right)


def test_boxes_are_painted_where_the_face_is(qtbot, panel, clips):
    show(qtbot, panel, clips("turned"))
    panel._focus.seek(panel.navigator.media.time(8).seconds)
    quiet(qtbot, panel, 8)
    image = panel.picture(marked=True)
    assert (image.width(), image.height()) == (320, 192)
    plain = panel.picture(marked=False)
    for track in (1, 2):
        x0, y0, x1, y1 = box_of(8, track)
        edge = image.pixelColor(round(x0 + 0.5), round(y0 + y1) // 2)
        wanted = track_colour(track)
        distance = [abs(a - b) for a, b in zip(edge.getRgb()[:3], wanted.getRgb()[:3], strict=True)]
        if track == 1:  # drawn in a solid line
            assert max(distance) < 60
        inside = round((x0 + x1) / 2), round((y0 + y1) / 2)
        assert image.pixelColor(*inside) == plain.pixelColor(*inside)
    shot = panel.view.grab().toImage()
    place = panel.view.to_view(box_rect(tuple(box_of(8, 1))))
    ratio = shot.devicePixelRatio()
    edge = shot.pixelColor(round(place.left() * ratio), round(place.center().y() * ratio))
    assert abs(edge.hue() - track_colour(1).hue()) < 25


def test_stepping_reaches_every_frame_once_and_in_order(qtbot, panel, clips):
    focus = show(qtbot, panel, clips("variable"))
    numbers = []
    focus.shown_changed.connect(lambda time: numbers.append(seen(panel)))
    for _ in range(FRAMES + 1):
        key(panel, KEY.Key_Right)
        quiet(qtbot, panel)
    for _ in range(FRAMES + 1):
        key(panel, KEY.Key_Left)
        quiet(qtbot, panel)
    assert numbers == [*range(1, FRAMES), *reversed(range(FRAMES - 1))]


def test_steps_that_come_too_fast_still_show_every_frame(qtbot, panel, clips):
    focus = show(qtbot, panel, clips("late"))
    numbers = []
    focus.shown_changed.connect(lambda time: numbers.append(seen(panel)))
    for _ in range(4):
        key(panel, KEY.Key_Right)
    quiet(qtbot, panel)
    qtbot.waitUntil(lambda: panel.navigator.shown == 4, timeout=10_000)
    assert numbers == [1, 2, 3, 4]


def test_keys_move_about(qtbot, panel, clips):
    show(qtbot, panel, clips("variable"))
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    for pressed, modifier, position in (
        (KEY.Key_End, None, FRAMES - 1), (KEY.Key_Left, shift, FRAMES - 11), (KEY.Key_Home, None, 0),
        (KEY.Key_Right, shift, 10), (KEY.Key_Right, control | shift, 12), (KEY.Key_Left, control | shift, 8),
    ):  # fmt: skip
        key(panel, pressed, modifier or Qt.KeyboardModifier.NoModifier)
        quiet(qtbot, panel, position)
        assert seen(panel) == position


def test_spans_are_found_from_either_side(qtbot, panel, clips):
    path = clips("variable")
    result = result_of(path)
    span = next(span for person in result.people for span in person.spans)
    show(qtbot, panel, path, result)
    start = panel.navigator.media.position_at(span.start.seconds)
    panel._focus.seek(10.0)
    quiet(qtbot, panel, FRAMES - 1)
    key(panel, KEY.Key_P)
    quiet(qtbot, panel, start)
    key(panel, KEY.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert "No flagged span begins before" in panel.controls.words.text()
    panel.navigator.jump(FRAMES - 1)
    quiet(qtbot, panel, FRAMES - 1)
    key(panel, KEY.Key_N)
    assert "No flagged span begins after" in panel.controls.words.text()


def test_seeking_shows_the_frame_on_screen_at_that_time(qtbot, panel, clips):
    path = clips("late")
    focus = panel._focus
    focus.show(Loaded(1, path, result_of(path)))
    focus.seek(CLIPS["late"].seconds(17) + 0.001)  # before the file is open
    qtbot.waitUntil(lambda: focus.shown is not None, timeout=20_000)
    quiet(qtbot, panel, 17)
    assert focus.shown.seconds == pytest.approx(CLIPS["late"].seconds(17), abs=1e-4)
    assert "frame 18 of 30" in panel.controls.place.text()
    assert exact_time_code(focus.shown.seconds) in panel.controls.place.text()
    assert str(focus.shown.pts) in panel.controls.place.text()


def test_scrubbing_with_the_slider_ends_where_it_is_let_go(qtbot, panel, clips):
    show(qtbot, panel, clips("late"))
    for position in (5, 29, 3, 22, 11, 27, 14):
        panel.controls.slider.setValue(position)
    quiet(qtbot, panel, 14)
    assert seen(panel) == 14


def test_time_codes_are_entered_and_errors_explained(qtbot, panel, clips):
    show(qtbot, panel, clips("variable"))
    field = panel.controls.field
    field.setText("0:00.6")
    QTest.keyClick(field, KEY.Key_Return)
    quiet(qtbot, panel)
    assert panel.navigator.shown == panel.navigator.media.position_at(0.6)
    assert panel.view.hasFocus() or not panel.isActiveWindow()
    for text, words in (("1:75", "seconds reach 60"), ("soon", "no time code"), ("1:60:00", "minutes reach 60"),
                        ("59:59", "outside the video")):  # fmt: skip
        field.setText(text)
        QTest.keyClick(field, KEY.Key_Return)
        assert words in panel.controls.words.text()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("75", 75.0), ("1:15", 75.0), ("00:01:15.240", 75.24), (" 75,5 ", 75.5), ("1:00:00", 3600.0), ("-1.5", -1.5),
     ("90:00", 5400.0)],
)  # fmt: skip
def test_time_codes_are_read(text, seconds):
    assert parse_time_code(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "x", "1:2:3:4", "1::2", "75s", "1:-5", "٣"])
def test_other_texts_are_no_time_codes(text):
    with pytest.raises(BadTimeCode):
        parse_time_code(text)


def test_time_codes_are_written_and_read_back():
    assert exact_time_code(75.24) == "00:01:15.240"
    assert exact_time_code(-0.5) == "-00:00:00.500"
    assert exact_time_code(3599.9999) == "00:59:59.999"
    assert parse_time_code(exact_time_code(4000.125)) == pytest.approx(4000.125)


def test_playing_keeps_to_the_clock(monkeypatch, qapp):
    now = [100.0]
    monkeypatch.setattr(playback_module.time, "monotonic", lambda: now[0])
    clock, moments = Playback(), []
    clock.due.connect(moments.append)
    clock.start(3.0)
    now[0] += 0.5
    clock._tick()
    clock.set_speed(4.0)
    now[0] += 0.25
    clock._tick()
    clock.shuttle(4.5, -1)
    now[0] += 0.25
    clock._tick()
    assert moments == pytest.approx([3.5, 4.5, 3.5])
    clock.stop()
    assert not clock.running


def test_every_press_of_the_shuttle_is_faster(qapp):
    clock, rates = Playback(), []
    for direction in (1, 1, 1, 1, -1, -1):
        clock.shuttle(0.0, direction)
        rates.append(clock.rate)
    clock.stop()
    assert rates == [1.0, 2.0, 4.0, 4.0, -1.0, -2.0]


def test_late_frames_slow_the_clock_instead_of_jumping(monkeypatch, qapp):
    now = [0.0]
    monkeypatch.setattr(playback_module.time, "monotonic", lambda: now[0])
    clock, moments = Playback(), []
    clock.due.connect(moments.append)
    clock.start(0.0)
    now[0] = 2.0
    clock.shown(0.1)
    clock._tick()
    clock.stop()
    assert moments == [0.1]


def test_playing_ends_on_the_last_frame_and_backwards_on_the_first(qtbot, panel, clips):
    focus = show(qtbot, panel, clips("variable"))
    stamps = []
    focus.shown_changed.connect(lambda time: stamps.append(time.pts))
    panel.controls.speed.setCurrentText("4 ×")
    key(panel, KEY.Key_Space)
    assert panel.navigator.playback.running
    assert "without sound" in panel.controls.words.text()
    qtbot.waitUntil(lambda: not panel.navigator.playback.running, timeout=20_000)
    quiet(qtbot, panel, FRAMES - 1)
    assert stamps == sorted(set(stamps))
    key(panel, KEY.Key_J)
    qtbot.waitUntil(lambda: not panel.navigator.playback.running, timeout=20_000)
    quiet(qtbot, panel, 0)


def test_clicking_a_box_chooses_the_person(qtbot, panel, clips):
    focus = show(qtbot, panel, clips("variable"))
    middle = panel.view.to_view(box_rect(tuple(box_of(0, 2)))).center().toPoint()
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=middle)
    assert focus.person == 2
    assert panel.view.chosen == 2
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=panel.view.rect().center())
    assert focus.person == 2


def test_zoom_stays_at_the_pointer_and_follows_a_face(qtbot, panel, clips):
    focus = show(qtbot, panel, clips("variable"))
    view = panel.view
    for _ in range(4):
        key(panel, KEY.Key_Plus)
    spot = view.to_view(QRectF(180, 100, 1, 1)).topLeft()
    for _ in range(3):
        wheel = QWheelEvent(spot, view.mapToGlobal(spot), QPointF(0, 0).toPoint(), QPointF(0, 120).toPoint(),
                            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
                            False)  # fmt: skip
        view.wheelEvent(wheel)
    after = view.to_view(QRectF(180, 100, 1, 1)).topLeft()
    assert view.zoom > 4
    assert (after - spot).manhattanLength() < 1
    focus.choose(1)
    key(panel, KEY.Key_Z)
    panel.navigator.jump(20)
    quiet(qtbot, panel, 20)
    face_centre = view.to_view(box_rect(tuple(box_of(20, 1)))).center()
    assert (face_centre - QPointF(view.rect().center())).manhattanLength() < 3
    key(panel, KEY.Key_0)
    assert view.zoom == 1.0


def test_deep_zoom_asks_for_full_resolution(qtbot, panel, tmp_path):
    path = make_clip(Clip("large", width=1920, height=1080, frames=6), tmp_path)
    show(qtbot, panel, path, result_of(path, sampled=range(6)))
    assert panel.view.image.width() < 1000
    assert panel.picture(marked=False).width() == 1920
    assert panel.view.image.width() < 1000
    key(panel, KEY.Key_Plus)
    qtbot.waitUntil(lambda: panel.view.image.width() == 1920, timeout=10_000)
    assert seen(panel) == 0


def test_a_map_of_places_is_explained_as_such(qtbot, panel, clips):
    path = clips("variable")
    result = result_of(path)
    heated = next(s for s in result.people[0].scores if number_of_score(s) == 12)
    places = replace(exhibit(heated, heat=True), heat_kind=HeatKind.PLACES)
    show(qtbot, panel, path, replace(result, exhibits=(places,))).choose(1)
    panel.navigator.jump(12)
    qtbot.waitUntil(lambda: panel.stage.faces.heat.has_picture, timeout=20_000)
    assert "where the model takes the face for altered" in panel.stage.faces.heat.words.text()


def test_face_and_heat_map_stand_beside_an_examined_frame(qtbot, panel, clips):
    path = clips("variable")
    result = result_of(path)
    heated = next(s for s in result.people[0].scores if number_of_score(s) == 12)
    result = replace(result, exhibits=(exhibit(heated, heat=True),))
    focus = show(qtbot, panel, path, result)
    focus.choose(1)
    panel.navigator.jump(12)
    qtbot.waitUntil(lambda: panel.stage.faces.heat.has_picture, timeout=20_000)
    assert panel.stage.faces.crop.has_picture
    panel.navigator.jump(16)
    qtbot.waitUntil(lambda: "No heat map" in panel.stage.faces.heat.words.text(), timeout=10_000)
    assert panel.stage.faces.crop.has_picture
    panel.navigator.jump(17)
    qtbot.waitUntil(lambda: "not examined" in panel.stage.faces.crop.words.text(), timeout=10_000)
    assert not panel.stage.faces.crop.has_picture
    focus.choose(2)
    panel.navigator.jump(4)
    qtbot.waitUntil(lambda: "No face of person 2" in panel.stage.faces.crop.words.text(), timeout=10_000)


def number_of_score(made):
    return round((made.observation.detection.box[0] - 4) / 8)


def test_nothing_is_carried_over_a_cut_or_a_gap(clips):
    path = clips("variable")
    result = result_of(path)
    cut = result.sampling.times[3]
    overlay = Overlay(replace(result, sampling=replace(result.sampling, shots=(cut,))))
    _, index = survey(path, lambda: None)
    times = [FrameTime(int(pts), index.time_base) for pts in index.pts]
    carried = [[number_of(mark) for mark in overlay.before(times[n])] for n in (5, 7, 9, 11, 13)]
    assert carried == [[4], [4], [], [], [12, 12]]  # frame 12 is the first of another shot
    late = FrameTime(int(index.pts[-1]) + 10**6, index.time_base)
    assert overlay.before(late) == []
    assert overlay.at(late) == []
    assert overlay.before(FrameTime(-5, index.time_base)) == []


def test_same_moment_in_another_time_base_is_the_same_frame(clips):
    result = result_of(clips("variable"))
    overlay = Overlay(result)
    time = result.sampling.times[2]
    assert overlay.at(FrameTime(time.pts * 3, time.time_base / 3)) == overlay.at(time) != []
    assert overlay.at(FrameTime(time.pts * 3 + 1, time.time_base / 3)) == []


def all_marks(result):
    overlay = Overlay(result)
    return [mark for time in result.sampling.times for mark in overlay.at(time)]


def test_labels_say_who_and_how_much(clips):
    result = result_of(clips("variable"))
    overlay = Overlay(result)
    marks = {mark.track: mark for mark in overlay.at(overlay.nearest(FrameTime(0, Fraction(1)), 1))}
    assert mark_label(Drawn(marks[1], own=True)).startswith("Person 1, ")
    assert mark_label(Drawn(marks[1], own=True)).endswith(" %")
    assert mark_label(Drawn(marks[1], own=False)) == "Person 1 at 00:00:00.000"
    blurred = next(m for m in all_marks(result) if not m.usable)
    assert mark_label(Drawn(blurred, own=True)) == "Person 2, not used"


def test_no_number_is_shown_without_a_verdict(clips):
    result = replace(result_of(clips("variable")), verdict=None)
    assert {mark.value for mark in all_marks(result)} == {None}


def test_a_changed_file_is_mentioned(qtbot, panel, clips):
    path = clips("variable")
    result = result_of(path)
    show(qtbot, panel, path, result)
    assert not panel.stage.notice.isVisible()
    panel._focus.show(None)
    changed = replace(result, evidence=replace(result.evidence, size=result.evidence.size + 1))
    show(qtbot, panel, path, changed)
    assert "changed after its analysis" in panel.stage.notice.text()
    assert panel.stage.notice.isVisible()


def test_killed_source_is_told_and_retried(qtbot, panel, clips):
    focus = show(qtbot, panel, clips("variable"))
    os.kill(panel.navigator.source.process_id, signal.SIGKILL)
    qtbot.waitUntil(panel.page.retry.isVisible, timeout=10_000)
    assert "crashed" in panel.page.message.text()
    assert panel.picture(marked=False) is None
    for pressed in (KEY.Key_Right, KEY.Key_Space, KEY.Key_Z, KEY.Key_N, KEY.Key_End):
        key(panel, pressed)
    panel.page.retry.click()
    qtbot.waitUntil(lambda: panel.navigator.shown == 0, timeout=20_000)
    key(panel, KEY.Key_Right)
    quiet(qtbot, panel, 1)
    assert focus.shown.pts == panel.navigator.media.pts[1]


def test_vanished_file_is_told_and_found_again(qtbot, panel, clips, tmp_path):
    path = tmp_path / "moved.mp4"
    path.write_bytes(clips("variable").read_bytes())
    result = result_of(path)
    path.rename(tmp_path / "away.mp4")
    panel._focus.show(Loaded(1, path, result))
    qtbot.waitUntil(panel.page.retry.isVisible, timeout=20_000)
    assert "does not exist" in panel.page.message.text()
    (tmp_path / "away.mp4").rename(path)
    panel.page.retry.click()
    qtbot.waitUntil(lambda: panel.navigator.shown == 0, timeout=20_000)
    assert panel.view.isVisible()


def test_another_result_of_the_same_file_keeps_the_frame(qtbot, panel, clips):
    path = clips("variable")
    focus = show(qtbot, panel, path)
    panel.navigator.jump(10)
    quiet(qtbot, panel, 10)
    pid = panel.navigator.source.process_id
    assert not any(drawn.own for drawn in panel.view.marks)
    focus.show(Loaded(1, path, result_of(path, sampled=range(0, FRAMES, 2))))
    assert panel.navigator.source.process_id == pid
    assert focus.shown == panel.navigator.media.time(10)
    assert {number_of(drawn.mark) for drawn in panel.view.marks if drawn.own} == {10}


def test_boxes_can_be_switched_off(qtbot, panel, clips):
    show(qtbot, panel, clips("variable"))
    key(panel, KEY.Key_Right)
    quiet(qtbot, panel, 1)
    assert len(panel.view.marks) == 2
    key(panel, KEY.Key_D)
    assert not panel.view.marks
    key(panel, KEY.Key_Left)
    quiet(qtbot, panel, 0)
    assert len(panel.view.marks) == 2
    key(panel, KEY.Key_B)
    assert not panel.view.marks


def test_full_screen_is_asked_for(qtbot, panel):
    wishes = []
    panel.full_screen_requested.connect(wishes.append)
    panel.commands["full-screen"].trigger()
    panel.commands["leave-full-screen"].trigger()
    assert wishes == [True]


def test_every_control_has_a_name(panel):
    controls = panel.controls
    for part in (panel.view, controls.slider, controls.speed, controls.field, *controls.buttons.values()):
        assert part.accessibleName()
        assert part.focusPolicy() is not Qt.FocusPolicy.NoFocus
    assert "no sound" in controls.speed.toolTip()
    assert all(action.text() and action.shortcuts() for action in panel.actions_for_menu())


def test_space_presses_the_button_that_has_the_focus(qtbot, panel, clips):
    show(qtbot, panel, clips("variable"))
    button = panel.controls.buttons["next"]
    button.setFocus()
    QTest.keyClick(button, KEY.Key_Space)
    quiet(qtbot, panel, 1)
    assert not panel.navigator.playback.running


def test_seven_people_have_seven_colours_that_can_be_read():
    assert len({track_colour(track).name() for track in range(1, 8)}) == 7
    assert set(OKABE_ITO) == {track_colour(track).name() for track in range(1, 20)}
    looks = {(track_colour(track).name(), track_pen_style(track)) for track in range(1, 29)}
    assert len(looks) == 28
    for track in range(1, 8):
        assert contrast(track_colour(track), label_colour(track)) >= 4.5


def contrast(first, second):
    levels = []
    for colour in (first, second):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        levels.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
    return (max(levels) + 0.05) / (min(levels) + 0.05)
