"""The timeline under a real mouse and real keys, and what it says."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

import results_factory
from results_factory import hour, inconclusive, no_face, picture
from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.views.timeline import GapKind, lane_of, seconds_of, timeline_of
from sjedd_gui.views.timescale import TimeScale, thinned, ticks
from sjedd_gui.widgets.timeline import TimelinePanel
from sjedd_video.calibration import Calibration, logit
from sjedd_video.explain import percent, time_code

LEFT = Qt.MouseButton.LeftButton
judged = cache(results_factory.judged)


@pytest.fixture
def focus():
    return Focus()


@pytest.fixture
def panel(qtbot, focus):
    panel = TimelinePanel(focus)
    qtbot.addWidget(panel)
    panel.resize(1000, 320)
    panel.show()
    return panel


def show(qtbot, panel, result, tmp_path):
    """Show a result and wait until all lanes are there."""
    panel._focus.show(Loaded(1, tmp_path / "a.mp4", result))
    qtbot.waitUntil(lambda: set(panel.canvas.lanes) == {p.track for p in result.people}, timeout=20_000)
    return panel.canvas


def place(canvas, track, seconds):
    """Where a moment of a lane lies on screen."""
    return QPoint(round(canvas.x_of(seconds)), round(canvas.boxes(track).plot.center().y()))


def turn(canvas, at, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    view = canvas.viewport()
    event = QWheelEvent(QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
                        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(view, event)


def drag(qtbot, canvas, start, end):
    view = canvas.viewport()
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, (start + end) / 2)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, LEFT, pos=end)


class TestView:
    def test_gaps_are_told_apart(self):
        result = judged()
        timeline = timeline_of(result)
        lane = lane_of(result, result.people[1], timeline)
        found = [(gap.kind, round(gap.start, 2), round(gap.end, 2)) for gap in lane.gaps]
        assert found == [(GapKind.NO_FACE, 3.45, 4.95), (GapKind.NOT_USABLE, 1.05, 1.35),
                         (GapKind.NOT_USABLE, 7.35, 7.65)]  # fmt: skip
        assert timeline.gaps == ()
        for segment in lane.segments:
            assert lane.usable[segment].all()
        assert len(lane.segments) == 3  # a gap, and a cut at 6 s

    def test_a_file_that_was_looked_at_in_part_has_an_unsampled_rest(self):
        result = judged()
        longer = replace(result.evidence, stream=replace(result.evidence.stream, duration_s=30.0))
        timeline = timeline_of(replace(result, evidence=longer))
        assert [(g.kind, round(g.start, 2), g.end) for g in timeline.gaps] == [(GapKind.NOT_SAMPLED, 9.45, 30.0)]
        assert timeline.home == (0.0, 30.0)
        assert timeline.nearest(20.0) is None
        far = replace(result.evidence, stream=replace(result.evidence.stream, duration_s=900.0))
        assert timeline_of(replace(result, evidence=far)).home[1] == pytest.approx(9.45)

    def test_a_hole_in_the_sample_is_not_taken_for_an_absent_face(self):
        result = judged()
        times = tuple(t for t in result.sampling.times if not 3.4 < t.seconds < 5.0)
        timeline = timeline_of(replace(result, sampling=replace(result.sampling, times=times)))
        lane = lane_of(result, result.people[1], timeline)
        assert GapKind.NO_FACE not in {gap.kind for gap in lane.gaps}
        assert [round(gap.start, 2) for gap in timeline.gaps] == [3.45]

    def test_seconds_are_exactly_those_of_frames(self):
        times = judged().sampling.times
        assert seconds_of(times).tolist() == [time.seconds for time in times]

    def test_values_are_the_calibrated_scores(self):
        result = judged()
        lane = lane_of(result, result.people[1], timeline_of(result))
        expected = Calibration.of(result.model).video(logit([s.marginals[0] for s in result.people[1].scores]))
        assert np.array_equal(lane.values, expected)

    def test_all_lanes_share_one_axis(self):
        timeline = timeline_of(judged())
        assert timeline.tracks == (1, 2)
        assert (timeline.start, timeline.end) == (0.0, 9.6)


class TestScale:
    def test_zoom_keeps_the_moment_under_the_pointer(self):
        scale = TimeScale(0, 100, (0, 100), 50, 500)
        around = scale.seconds(300)
        nearer = scale.zoomed(4, around)
        assert nearer.x(around) == pytest.approx(300)
        assert nearer.span == pytest.approx(25)

    def test_nothing_beyond_the_ends_is_shown(self):
        scale = TimeScale(0, 100, (0, 100), 0, 500)
        assert scale.zoomed(0.5, 50).span == 100
        moved = scale.zoomed(2, 100).moved(500)
        assert (moved.low, moved.high) == (50, 100)

    def test_thinning_loses_no_peak(self):
        xs = np.sort(np.random.default_rng(0).uniform(0, 300, 50_000))
        ys = np.random.default_rng(1).random(50_000)
        thin_x, thin_y = thinned(xs, ys)
        assert len(thin_x) <= 2 * 300
        assert (np.diff(thin_x) >= 0).all()
        for column in (0, 17, 299):
            kept, all_ = thin_y[np.floor(thin_x) == column], ys[np.floor(xs) == column]
            assert (kept.min(), kept.max()) == (all_.min(), all_.max())

    def test_few_points_stay_as_they_are(self):
        xs, ys = np.arange(5.0), np.arange(5.0)
        assert thinned(xs, ys)[0] is xs

    @pytest.mark.parametrize("span", [0.5, 3.0, 61.0, 3600.0, 86_400.0])
    def test_ticks_are_few_round_and_inside(self, span):
        found = list(ticks(10.0, 10.0 + span, 8))
        assert 1 <= len(found) <= 10
        assert min(found) >= 10.0 - 1e-6
        assert max(found) <= 10.0 + span + 1e-6
        assert len({time_code(tick) for tick in found}) == len(found)


class TestMouse:
    def test_a_click_seeks_to_the_examined_frame_and_chooses_the_person(self, qtbot, panel, focus, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        wanted = []
        focus.seek_requested.connect(wanted.append)
        sample = judged().people[1].scores[7].observation.time.seconds
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=place(canvas, 2, sample) + QPoint(2, 0))
        assert wanted == [sample]
        assert focus.person == 2

    def test_between_far_samples_a_click_seeks_where_it_points(self, qtbot, panel, focus, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        canvas.show_range(2.0, 3.0)
        wanted = []
        focus.seek_requested.connect(wanted.append)
        at = place(canvas, 1, 2.25)
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=at)
        assert wanted[0] == pytest.approx(2.25, abs=0.002)

    def test_a_click_on_a_head_chooses_without_seeking(self, qtbot, panel, focus, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        wanted = []
        focus.seek_requested.connect(wanted.append)
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=canvas.boxes(1).head.center().toPoint())
        assert (focus.person, wanted) == (1, [])

    def test_the_value_that_is_told_is_that_of_the_sample(self, qtbot, panel, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        lane = canvas.lanes[2]
        for i in (0, 6, 26):
            qtbot.mouseMove(canvas.viewport(), place(canvas, 2, float(lane.seconds[i])))
            assert percent(float(lane.values[i])) in panel.told.text()
            assert time_code(float(lane.seconds[i])) in panel.told.text()
            assert "Person 2" in panel.told.text()

    def test_what_is_missing_is_told_with_its_reason(self, qtbot, panel, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        qtbot.mouseMove(canvas.viewport(), place(canvas, 2, 4.2))
        assert "no face of this person" in panel.told.text()
        assert " %" not in panel.told.text()
        qtbot.mouseMove(canvas.viewport(), place(canvas, 2, 1.2))
        assert "not used (Faces are blurred)" in panel.told.text()
        qtbot.mouseMove(canvas.viewport(), place(canvas, 1, 6.0))
        assert "A scene begins here" in panel.told.text()

    def test_the_wheel_zooms_around_the_pointer(self, qtbot, panel, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        at = place(canvas, 2, 3.0)
        before = canvas._scale.seconds(at.x())
        turn(canvas, at, 3)
        low, high = canvas.visible_range()
        assert high - low == pytest.approx(9.6 / 1.25**3)
        assert canvas._scale.seconds(at.x()) == pytest.approx(before)
        turn(canvas, at, -1, Qt.KeyboardModifier.ShiftModifier)
        assert canvas.visible_range()[0] > low
        assert canvas.visible_range()[1] - canvas.visible_range()[0] == pytest.approx(high - low)

    def test_a_drag_selects_and_can_be_looked_at_more_closely(self, qtbot, panel, focus, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        wanted = []
        focus.seek_requested.connect(wanted.append)
        assert not panel.closer_action.isEnabled()
        drag(qtbot, canvas, place(canvas, 2, 7.0), place(canvas, 2, 3.0))
        assert wanted == []
        assert canvas.selection == (pytest.approx(3.0, abs=0.02), pytest.approx(7.0, abs=0.02))
        with qtbot.waitSignal(panel.dense_requested) as asked:
            panel.closer_action.trigger()
        assert tuple(asked.args) == canvas.selection
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        assert canvas.selection is None
        assert not panel.closer_action.isEnabled()

    def test_a_double_click_shows_everything_again(self, qtbot, panel, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        canvas.zoom(5, 4.0)
        qtbot.mouseDClick(canvas.viewport(), LEFT, pos=place(canvas, 1, 4.0))
        assert canvas.visible_range() == (0.0, 9.6)

    def test_the_scroll_bar_moves_time(self, qtbot, panel, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        assert canvas.horizontalScrollBar().maximum() == 0
        canvas.show_range(0.0, 2.4)
        canvas.horizontalScrollBar().setValue(canvas.horizontalScrollBar().maximum())
        assert canvas.visible_range() == (pytest.approx(7.2, abs=0.01), pytest.approx(9.6, abs=0.01))


class TestKeys:
    def test_arrows_go_from_sample_to_sample(self, qtbot, panel, focus, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        times = [time.seconds for time in result.sampling.times]
        focus.choose(2)
        qtbot.keyClick(canvas, Qt.Key.Key_Home)
        assert canvas.mark == times[0]
        for _ in range(2):
            qtbot.keyClick(canvas, Qt.Key.Key_Right)
        assert canvas.mark == times[2]
        assert canvas.accessibleDescription() == panel.told.text() != ""
        qtbot.keyClick(canvas, Qt.Key.Key_Left)
        assert canvas.mark == times[1]
        qtbot.keyClick(canvas, Qt.Key.Key_End)
        assert canvas.mark == times[-1]
        wanted = []
        focus.seek_requested.connect(wanted.append)
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
        assert wanted == [times[-1]]

    def test_arrows_start_from_the_frame_on_screen_and_keep_the_mark_in_view(self, qtbot, panel, focus, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        focus.frame_shown(result.sampling.times[10])
        canvas.show_range(0.0, 1.0)
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
        assert canvas.mark == result.sampling.times[11].seconds
        low, high = canvas.visible_range()
        assert low <= canvas.mark <= high

    def test_up_and_down_choose_people(self, qtbot, panel, focus, tmp_path):
        canvas = show(qtbot, panel, judged(), tmp_path)
        for key, person in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
            qtbot.keyClick(canvas, key)
            assert focus.person == person

    def test_shift_and_arrows_select(self, qtbot, panel, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        times = [time.seconds for time in result.sampling.times]
        canvas.mark_moment(times[5], 1)
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
            qtbot.keyClick(canvas, key, Qt.KeyboardModifier.ShiftModifier)
        assert canvas.selection == (times[5], times[6])
        for _ in range(2):
            qtbot.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        assert canvas.selection == (times[4], times[5])

    def test_spans_are_gone_through_in_order(self, qtbot, panel, focus, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        starts = [span.start for span in result.people[1].spans]
        focus.seek_requested.connect(lambda s: focus.frame_shown(next(t for t in starts if t.seconds == s)))
        visited = []
        focus.shown_changed.connect(lambda time: visited.append(time.seconds))
        for key in (Qt.Key.Key_N, Qt.Key.Key_N, Qt.Key.Key_N, Qt.Key.Key_N, Qt.Key.Key_P):
            qtbot.keyClick(canvas, key)
        seconds = [time.seconds for time in starts]
        assert visited == [*seconds, seconds[-2]]
        assert focus.person == 2

    def test_no_further_span_is_said(self, qtbot, panel, focus, tmp_path):
        result = judged()
        show(qtbot, panel, result, tmp_path)
        focus.frame_shown(result.sampling.times[-1])
        panel.next_span()
        assert "no further flagged span" in panel.told.text()


class TestPanel:
    @pytest.mark.parametrize(("make", "words"), [(no_face, "No face was found"), (picture, "single picture")])
    def test_without_a_course_over_time_it_says_why(self, panel, focus, tmp_path, make, words):
        focus.show(Loaded(1, tmp_path / "a", make()))
        assert panel.empty.isVisible()
        assert words in panel.empty.text()
        focus.show(None)
        assert "once a video has been analysed" in panel.empty.text()

    def test_without_a_verdict_no_person_has_a_number(self, qtbot, panel, tmp_path):
        canvas = show(qtbot, panel, inconclusive(), tmp_path)
        lane = canvas.lanes[1]
        assert (lane.probability, lane.interval, lane.band) == (None, None, None)
        qtbot.mouseMove(canvas.viewport(), place(canvas, 1, float(lane.seconds[0])))
        assert "no verdict was given" in panel.told.text()
        assert "support" not in panel.told.text()

    def test_a_chosen_person_is_scrolled_into_view(self, qtbot, panel, focus, tmp_path):
        canvas = show(qtbot, panel, hour(people=10, seconds=120), tmp_path)
        focus.choose(9)
        assert canvas.boxes(9).head.top() >= 0
        assert canvas.boxes(9).head.bottom() <= canvas.viewport().height()
        assert canvas.track_at(canvas.boxes(9).head.center().y()) == 9

    def test_an_hour_with_ten_people_is_drawn_lane_by_lane(self, qtbot, panel, tmp_path):
        result = hour()
        panel._focus.show(Loaded(1, tmp_path / "a.mp4", result))
        assert panel.canvas.lanes == {}  # nothing is built before the event loop has had its turn
        canvas = show(qtbot, panel, result, tmp_path)
        blank = canvas.grab().toImage()
        canvas.zoom(30, 1000.0)
        assert canvas.grab().toImage() != blank
        qtbot.waitUntil(lambda: not panel._builder.isActive(), timeout=20_000)

    def test_another_result_replaces_a_half_built_one(self, qtbot, panel, tmp_path):
        panel._focus.show(Loaded(1, tmp_path / "a.mp4", hour(people=4, seconds=120)))
        canvas = show(qtbot, panel, judged(), tmp_path)
        qtbot.waitUntil(lambda: not panel._builder.isActive(), timeout=20_000)
        assert set(canvas.lanes) == {1, 2}

    def test_the_frame_on_screen_has_a_cursor(self, qtbot, panel, focus, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        without = canvas.grab().toImage()
        time = result.sampling.times[8]
        focus.frame_shown(time)
        x, y = round(canvas.x_of(time.seconds)), round(canvas.boxes(1).plot.top()) + 40
        with_cursor = canvas.grab().toImage()
        assert abs(with_cursor.pixelColor(x, y).lightness() - without.pixelColor(x, y).lightness()) > 80
        assert with_cursor.pixelColor(x + 30, y) == without.pixelColor(x + 30, y)

    def test_a_zoomed_view_follows_the_frame_that_leaves_it(self, qtbot, panel, focus, tmp_path):
        result = judged()
        canvas = show(qtbot, panel, result, tmp_path)
        times = result.sampling.times
        focus.frame_shown(times[0])
        canvas.show_range(0.0, 2.0)
        focus.frame_shown(times[7])
        low, high = canvas.visible_range()
        assert low <= times[7].seconds <= high
        canvas.show_range(6.0, 8.0)  # somebody looks elsewhere: stay there
        focus.frame_shown(times[8])
        assert canvas.visible_range() == (6.0, 8.0)

    def test_a_single_examined_frame_can_be_pointed_at(self, qtbot, panel, tmp_path):
        result = judged()
        one = replace(result.sampling, times=result.sampling.times[:1])
        people = tuple(replace(p, scores=p.scores[:1], usable=p.usable[:1], spans=()) for p in result.people)
        canvas = show(qtbot, panel, replace(result, sampling=one, people=people), tmp_path)
        qtbot.mouseMove(canvas.viewport(), place(canvas, 2, 0.0) + QPoint(3, 0))
        assert "Person 2 at 00:00.0: 9" in panel.told.text()
        qtbot.mouseMove(canvas.viewport(), place(canvas, 2, 5.0))
        assert "not looked at" in panel.told.text()
