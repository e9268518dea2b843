"""The window: drop, watch, read, save, close."""

import os
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton, QWidget

from gui_kit import analyse, children, choose, drop, findings, finish, message, running, running_timers, states
from results_factory import judged
from sjedd_gui import app
from sjedd_gui.views.queue import State


def test_an_empty_window_says_what_to_do_and_promises_privacy(window):
    assert "Drop videos here" in message(window)
    assert "Everything stays on this computer" in window.findChild(QLabel, "promise").text()
    assert window.findChild(QLabel, "promise").isVisible()
    for name in ("pdf", "json", "csv", "preview", "frame", "clip", "stop", "retry", "remove", "copy-verdict"):
        assert not window.menus.actions[name].isEnabled(), name


def test_a_dropped_file_is_judged_and_explained_everywhere(qtbot, window, files):
    drop(window, files("good"))
    finish(qtbot, window, 1)
    choose(qtbot, window, window.session.queue.items[0])
    text, expected = findings(window), judged()
    assert "that the face of person 2 was altered" in text
    assert f"{100 * expected.verdict.probability:.0f} %" in text
    assert "does not mean that a video is unedited" in text
    assert window.pages.currentWidget() is window.player
    assert "good.mp4" in window.windowTitle()
    for name in ("pdf", "json", "csv", "preview", "clip", "copy-verdict", "compare-people"):
        assert window.menus.actions[name].isEnabled(), name


def test_a_bad_file_in_the_middle_does_not_stop_the_others(qtbot, window, files):
    items = analyse(qtbot, window, files("good", "crash", "model", "unreadable"))
    assert states(window) == [State.DONE, State.FAILED, State.FAILED, State.DONE]
    choose(qtbot, window, items[1])
    assert "crashed" in message(window)
    assert "last words of a library" in message(window)
    choose(qtbot, window, items[2])
    assert "Import it again." in message(window)
    assert "last words" not in message(window)
    choose(qtbot, window, items[3])
    assert "could not be read" in findings(window)
    assert window.menus.actions["clip"].isEnabled() is False


def test_results_stay_apart(qtbot, window, files):
    items = analyse(qtbot, window, files("good", "no_face"))
    for i, words in ((0, "Very strong support"), (1, "No face was found"), (0, "Very strong support")):
        choose(qtbot, window, items[i])
        qtbot.waitUntil(lambda words=words: words in findings(window), timeout=10_000)
        assert ("Very strong" in findings(window)) is (i == 0)


def test_progress_is_shown_and_can_be_stopped_at_the_bottom(qtbot, window, files):
    window.add(files("slow", "good"))
    qtbot.waitUntil(running(window), timeout=60_000)
    slow, good = window.session.queue.items
    choose(qtbot, window, slow)
    assert window.message.bar.isVisible()
    assert "frame 0 of 4" in message(window)
    assert window.status.progress.isVisible()
    assert "1 waiting" in window.status.work.text()
    window.files.select(good.job)
    assert "Waiting" in message(window)
    window.status.stop.click()
    finish(qtbot, window, 2)
    assert states(window) == [State.CANCELLED, State.DONE]
    qtbot.waitUntil(lambda: not window.status.progress.isVisible(), timeout=5_000)


def test_a_stopped_file_can_be_tried_again_and_removed(qtbot, window, files):
    window.add(files("slow"))
    qtbot.waitUntil(running(window), timeout=60_000)
    window.menus.actions["stop"].trigger()
    finish(qtbot, window, 1)
    assert "Stopped" in message(window)
    button = next(b for b in window.message.findChildren(QPushButton) if b.text() == "Try again")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(running(window), timeout=60_000)
    window.menus.actions["stop-all"].trigger()
    finish(qtbot, window, 1)
    window.menus.actions["remove"].trigger()
    assert window.session.queue.items == []
    assert "Drop videos here" in message(window)


def test_reports_are_written_in_the_background(qtbot, window, files, tmp_path, monkeypatch):
    items = analyse(qtbot, window, files("good"))
    choose(qtbot, window, items[0])
    for kind, start in (("pdf", b"%PDF"), ("json", b"{"), ("csv", b"")):
        target = tmp_path / f"saved.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), ""))
        with qtbot.waitSignal(window.session.report_written, timeout=120_000):
            window.menus.actions[kind].trigger()
        assert target.read_bytes().startswith(start)
        assert target.stat().st_size > 100
        assert window.notice.isVisible()
        assert target.name in window.notice.words.text()


def test_a_report_that_cannot_be_written_is_told(qtbot, window, files, tmp_path, monkeypatch):
    target = tmp_path / "no such folder" / "saved.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    items = analyse(qtbot, window, files("good"))
    choose(qtbot, window, items[0])
    with qtbot.waitSignal(window.session.report_failed, timeout=60_000):
        window.menus.actions["json"].trigger()
    box = window.findChild(QMessageBox)
    assert "cannot be written" in box.text()
    assert "saved.json" in box.windowTitle()
    box.close()


def answer_with(monkeypatch, button):
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: asked.append(args) or button)
    return asked


def test_closing_while_work_runs_asks_first(qtbot, window, files, monkeypatch):
    window.add(files("slow"))
    qtbot.waitUntil(running(window), timeout=60_000)
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.No)
    assert not window.close()
    assert len(asked) == 1
    assert window.isVisible()
    answer_with(monkeypatch, QMessageBox.StandardButton.Yes)
    assert window.close()
    assert not window.session.shelf.folder.exists()


def test_nothing_outlives_a_closed_window(qtbot, window, files, monkeypatch):
    threads, processes = set(threading.enumerate()), children()
    items = analyse(qtbot, window, files("good"))
    choose(qtbot, window, items[0])
    window.extras.show_models()
    window.extras.preview_report()
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.Yes)
    assert window.close()
    assert len(asked) <= 1  # the report of the preview may or may not be written yet
    assert children() - processes == set()
    assert set(threading.enumerate()) - threads == set()
    qtbot.waitUntil(lambda: running_timers(window) == [], timeout=2_000)


def test_what_can_be_used_has_a_name_for_screen_readers(qtbot, window, files):
    items = analyse(qtbot, window, files("good"))
    choose(qtbot, window, items[0])
    usable = [widget for widget in window.findChildren(QWidget)
              if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
              and not widget.objectName().startswith("qt_")]  # fmt: skip
    nameless = [widget for widget in usable if not (widget.accessibleName() or getattr(widget, "text", str)())]
    assert len(usable) > 8
    assert [(widget.metaObject().className(), widget.objectName()) for widget in nameless] == []


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
            "QApplication([])\n"
            "def look():\n"
            "    window = next((w for w in QApplication.topLevelWidgets() if hasattr(w, 'session')), None)\n"
            "    if window is None or not window.session.queue.items:\n"
            "        return\n"
            "    print([item.path.name for item in window.session.queue.items], flush=True)\n"
            "    timer.stop(); window.session.queue.items.clear()\n"
            "    [w.close() for w in QApplication.topLevelWidgets() if w.isVisible()]\n"
            "timer = QTimer(interval=100); timer.timeout.connect(look); timer.start()\n"
            "sys.exit(app.main(['named.mp4']))"
        )
        folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
        environment = {**os.environ, **folders, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=120, text=True,
                              capture_output=True, cwd=tmp_path)  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "named.mp4" in done.stdout
