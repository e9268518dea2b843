"""The desktop app off screen; every test fails that leaves a thread or a process behind."""

import os
import threading
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

pytest.importorskip(
    "PySide6.QtWidgets", reason="PySide6 or a system library that it needs is missing", exc_type=ImportError
)
pytest.importorskip("pytestqt", reason="pytest-qt is not installed")

from PySide6.QtCore import QSettings

from gui_fakes import FUNCTION
from gui_kit import children, running_timers
from sjedd_gui.case.session import Session
from sjedd_gui.settings import Settings
from sjedd_gui.work.shelf import Shelf
from sjedd_video.options import AnalysisOptions


@pytest.fixture(autouse=True)
def nothing_left():
    """Fail when a thread or a process outlives the test."""
    threads, processes = set(threading.enumerate()), children()
    yield
    assert children() - processes == set()
    assert set(threading.enumerate()) - threads == set()


@pytest.fixture
def session(qapp, tmp_path):
    session = Session(AnalysisOptions(), function=FUNCTION, shelf=Shelf(tmp_path / "shelf"), folder=tmp_path / "cases")
    yield session
    session.close()


@pytest.fixture
def settings(tmp_path):
    """Settings of a user who has seen the welcome."""
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    settings.welcomed, settings.theme = True, "light"
    return settings


@pytest.fixture
def window(qtbot, session, settings):
    """A window; nothing of it may outlive its closing."""
    from sjedd_gui.window.main_window import MainWindow  # only the tests of the window need all panels

    window = MainWindow(session, settings)
    window.show()
    yield window
    session.queue.items.clear()  # nothing left to ask about
    window.close()
    qtbot.waitUntil(lambda: running_timers(window) == [], timeout=20_000)  # what was about to end may do so
    session.setParent(None)  # its own fixture closes it once more
    window.deleteLater()
    qtbot.wait(10)


@pytest.fixture
def files(tmp_path):
    """Makes files of the given names."""

    def make(*names: str) -> list[Path]:
        paths = [tmp_path / f"{name}.mp4" for name in names]
        for path in paths:
            path.write_bytes(b"pretended")
        return paths

    return make
