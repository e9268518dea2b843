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

from gui_fakes import FUNCTION
from sjedd_gui.main_window import MainWindow
from sjedd_gui.session import Session
from sjedd_gui.shelf import Shelf
from sjedd_video.options import AnalysisOptions


def children() -> set[int]:
    """Process ids of all running descendants of this process; Linux only."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(entry.parent.name)] = int(fields[1])
    found, known = {os.getpid()}, set()
    while found:
        known |= found
        found = {pid for pid, parent in parents.items() if parent in found} - known
    return known - {os.getpid()}


@pytest.fixture(autouse=True)
def nothing_left():
    """Fail when a thread or a process outlives the test."""
    threads, processes = set(threading.enumerate()), children()
    yield
    assert children() - processes == set()
    assert set(threading.enumerate()) - threads == set()


@pytest.fixture
def session(qapp, tmp_path):
    session = Session(AnalysisOptions(), function=FUNCTION, shelf=Shelf(tmp_path / "shelf"))
    yield session
    session.close()


@pytest.fixture
def window(qtbot, session):
    window = MainWindow(session)
    window.show()
    yield window
    session.queue.items.clear()  # nothing left to ask about
    window.close()
    window.deleteLater()


@pytest.fixture
def files(tmp_path):
    """Makes files of the given names."""

    def make(*names: str) -> list[Path]:
        paths = [tmp_path / f"{name}.mp4" for name in names]
        for path in paths:
            path.write_bytes(b"pretended")
        return paths

    return make
