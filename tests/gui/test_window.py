"""The window: drop, watch, read, save, close."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton, QWidget

from results_factory import judged, weak
from sjedd_gui import app
from sjedd_gui.result_view import view_of
from sjedd_gui.viewmodel import State
from sjedd_gui.widgets.curve import CurveView
from sjedd_gui.widgets.exhibits import ExhibitDialog, Thumb
from sjedd_gui.widgets.result_panel import PeopleTable


def finish(qtbot, window):
    qtbot.waitUntil(lambda: window.session.unfinished == 0, timeout=60_000)


def states(window):
    return [item.state for item in window.session.queue.items]


def shown_text(widget):
    """All text that the page beside the list shows."""
    page = widget.pages.currentWidget()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, copy, left = QPointF(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(where, copy, data, left, Qt.KeyboardModifier.NoModifier))


def test_an_empty_window_says_what_to_do_and_promises_privacy(window):
    assert "Drop videos here" in shown_text(window)
    assert "Everything stays on this computer" in window.findChild(QLabel, "promise").text()
    assert window.findChild(QLabel, "promise").isVisible()
    assert not any(action.isEnabled() for action in window.save_actions.values())


def test_a_dropped_file_is_judged_and_explained(qtbot, window, files):
    drop(window, files("good"))
    finish(qtbot, window)
    text, expected = shown_text(window), judged()
    assert "that the face of person 2 was altered" in text
    assert f"{100 * expected.verdict.probability:.0f} %" in text
    assert "95 % interval" in text
    assert "does not mean that a video is unedited" in text
    assert len(window.result.findChildren(Thumb)) == len(expected.exhibits)
    assert len(window.result.findChildren(CurveView)) == 2
    assert window.result.findChild(PeopleTable).rowCount() == 2
    assert all(action.isEnabled() for action in window.save_actions.values())


def test_a_bad_file_in_the_middle_does_not_stop_the_others(qtbot, window, files):
    window.add(files("good", "crash", "model", "unreadable"))
    finish(qtbot, window)
    assert states(window) == [State.DONE, State.FAILED, State.FAILED, State.DONE]
    window.files.setCurrentRow(1)
    assert "crashed" in shown_text(window)
    assert "last words of a library" in shown_text(window)
    window.files.setCurrentRow(2)
    assert "Import it again." in shown_text(window)
    window.files.setCurrentRow(3)
    assert "could not be read" in shown_text(window)
    assert "%" not in shown_text(window)
    assert not window.result.findChildren(PeopleTable)


def test_without_a_verdict_there_is_no_number(qtbot, window, files):
    window.add(files("inconclusive", "no_face", "unreadable"))
    finish(qtbot, window)
    for row, words in enumerate(("Inconclusive", "No face was found", "could not be read")):
        window.files.setCurrentRow(row)
        text = shown_text(window)
        assert words in text
        assert "Why there is no verdict" in text
        assert "What you can do" in text
        assert "neither that it was altered nor that it was not" in text
        assert "Probability" not in text
        assert " %" not in text


def test_a_picture_has_no_times_and_no_curve(qtbot, window, files):
    window.add(files("picture"))
    finish(qtbot, window)
    text = shown_text(window)
    assert "face of person 1 in this picture" in text
    assert "does not mean that a picture is unedited" in text
    assert not window.result.findChildren(CurveView)
    assert "00:" not in text


def test_progress_is_shown_and_the_window_stays_usable(qtbot, window, files):
    window.add(files("slow", "good"))
    qtbot.waitUntil(lambda: window.session.queue.items[0].stage == "frames", timeout=60_000)
    assert window.message.bar.isVisible()
    assert "Looking at frame 0 of 4" in shown_text(window)
    window.files.setCurrentRow(1)
    assert "Waiting" in shown_text(window)
    window.files.setCurrentRow(0)
    qtbot.mouseClick(button(window, "S&top"), Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert states(window) == [State.CANCELLED, State.DONE]
    assert "Stopped" in shown_text(window)


def button(window, text):
    return next(found for found in window.findChildren(QPushButton) if found.text() == text)


def test_a_stopped_file_can_be_tried_again_and_removed(qtbot, window, files):
    window.add(files("slow"))
    qtbot.waitUntil(lambda: window.session.queue.items[0].stage == "frames", timeout=60_000)
    assert not button(window, "Try &again").isEnabled()
    window.cancel_action.trigger()
    finish(qtbot, window)
    window.retry_action.trigger()
    qtbot.waitUntil(lambda: window.session.queue.items[0].stage == "frames", timeout=60_000)
    window.cancel_action.trigger()
    finish(qtbot, window)
    window.remove_action.trigger()
    assert window.files.count() == 0
    assert "Drop videos here" in shown_text(window)


def test_a_queued_file_can_be_taken_back(qtbot, window, files):
    window.add(files("slow", "good"))
    window.files.setCurrentRow(1)
    window.cancel_action.trigger()
    assert states(window) == [State.RUNNING, State.CANCELLED]


def test_results_stay_apart(qtbot, window, files):
    window.add(files("good", "no_face"))
    finish(qtbot, window)
    for row, words in ((0, "Very strong support"), (1, "No face was found"), (0, "Very strong support")):
        window.files.setCurrentRow(row)
        assert words in shown_text(window)


def test_a_frame_opens_in_large_by_key_with_its_heat_map(qtbot, window, files):
    window.add(files("good"))
    finish(qtbot, window)
    thumb = window.result.findChildren(Thumb)[0]
    qtbot.keyClick(thumb, Qt.Key.Key_Return)
    dialog = window.findChild(ExhibitDialog)
    assert dialog.isVisible()
    assert any("not which pixels were changed" in label.text() for label in dialog.findChildren(QLabel))
    dialog.close()


def test_the_curve_leaves_gaps_and_tells_values(qtbot):
    curve = view_of(judged()).curves[1]
    assert [point.seconds for point in curve.points if 3.4 < point.seconds < 5.0] == []
    assert len(curve.segments) == 3  # a gap, and a cut at 6 s
    view = CurveView(curve)
    qtbot.addWidget(view)
    view.resize(900, 130)
    first, hole = (view._place(seconds, 0).x() for seconds in (curve.points[0].seconds, 4.2))
    assert view.value_at(first).startswith("00:00.0")
    assert view.value_at(hole) == ""
    blurred = next(point for point in curve.points if not point.usable)
    assert "not used" in view.value_at(view._place(blurred.seconds, 0).x())
    assert "25 of 27 faces used" in view.accessibleDescription()


def test_all_curves_share_one_time_axis():
    first, second = view_of(judged()).curves
    assert (first.start, first.end) == (second.start, second.end)


def test_a_weak_verdict_says_once_what_absence_means():
    view = view_of(weak())
    assert "Weak support" in view.headline
    assert f"{view.sentence} {view.caveat}".count("Absence of detection") == 1


def test_reports_are_written_in_the_background(qtbot, window, files, tmp_path, monkeypatch):
    window.add(files("good"))
    finish(qtbot, window)
    for kind, start in (("pdf", b"%PDF"), ("json", b"{"), ("csv", b"")):
        target = tmp_path / f"saved.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), ""))
        with qtbot.waitSignal(window.session.report_written, timeout=120_000):
            window.findChild(QPushButton, f"save-{kind}").click()
        assert target.read_bytes().startswith(start)
        assert target.stat().st_size > 100
        assert str(target) in window.statusBar().currentMessage()


def test_a_report_that_cannot_be_written_is_told(qtbot, window, files, tmp_path, monkeypatch):
    target = tmp_path / "no such folder" / "saved.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    window.add(files("good"))
    finish(qtbot, window)
    with qtbot.waitSignal(window.session.report_failed, timeout=60_000):
        window.save_actions["json"].trigger()
    box = window.findChild(QMessageBox)
    assert "cannot be written" in box.text()
    box.close()


def answer_with(monkeypatch, button):
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: asked.append(args) or button)
    return asked


def test_closing_while_work_runs_asks_first(qtbot, window, files, monkeypatch):
    window.add(files("slow"))
    qtbot.waitUntil(lambda: window.session.queue.items[0].stage == "frames", timeout=60_000)
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.No)
    assert not window.close()
    assert len(asked) == 1
    assert window.isVisible()
    answer_with(monkeypatch, QMessageBox.StandardButton.Yes)
    assert window.close()
    assert window.session._analyst.process_id == 0
    assert not window.session.shelf.folder.exists()


def test_an_idle_window_closes_without_a_question(qtbot, window, files, monkeypatch):
    window.add(files("good"))
    finish(qtbot, window)
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.No)
    assert window.close()
    assert asked == []


def test_no_timer_runs_in_a_closed_window(qtbot, window, files):
    window.add(files("good"))
    finish(qtbot, window)
    window.close()
    assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]


def test_what_can_be_used_has_a_name_for_screen_readers(qtbot, window, files):
    window.add(files("good"))
    finish(qtbot, window)
    usable = [widget for widget in window.findChildren(QWidget)
              if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
              and not widget.objectName().startswith("qt_")]  # fmt: skip
    nameless = [widget for widget in usable if not (widget.accessibleName() or getattr(widget, "text", str)())]
    assert len(usable) > 8
    assert nameless == []


def test_keys_reach_every_command(window):
    keys = [action.shortcut().toString() for action in window.findChildren(type(window.open_action))
            if action.shortcut().toString()]  # fmt: skip
    assert len(keys) == len(set(keys)) >= 8


def test_a_folder_without_media_is_answered(window, tmp_path):
    window.add([tmp_path])
    assert "No videos or pictures" in window.statusBar().currentMessage()


class TestProgram:
    def test_help_needs_no_qt(self, capsys, monkeypatch):
        monkeypatch.setitem(sys.modules, "PySide6", None)
        with pytest.raises(SystemExit) as stopped:
            app.main(["--help"])
        assert stopped.value.code == 0
        assert "FILE" in capsys.readouterr().out

    def test_without_pyside_it_says_what_to_install(self, capsys, monkeypatch):
        monkeypatch.setitem(sys.modules, "PySide6", None)
        monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
        assert app.main([]) == 2
        assert 'pip install "sjedd-video[gui]"' in capsys.readouterr().err

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are looked for on Linux only")
    def test_without_a_screen_it_says_so_instead_of_aborting(self, capsys, monkeypatch):
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        assert app.main([]) == 2
        assert "no screen" in capsys.readouterr().err

    def test_an_unknown_child_is_refused(self, capsys):
        assert app.main(["--sjedd-nonsense"]) == 2

    def test_it_starts_with_files_and_ends_with_its_window(self, tmp_path):
        code = (
            "import sys; from PySide6.QtCore import QTimer; from PySide6.QtWidgets import QApplication\n"
            "from sjedd_gui import app\n"
            "QApplication([]); QTimer.singleShot(300, lambda: [w.close() for w in QApplication.topLevelWidgets()])\n"
            "sys.exit(app.main([]))"
        )
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
        assert subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=120).returncode == 0
