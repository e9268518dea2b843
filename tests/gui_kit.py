"""What the tests of the window share: drop files, wait for them, read what is shown, and look for what is left."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPlainTextEdit

from sjedd_gui.views.queue import State

DONE = {State.DONE, State.FAILED, State.CANCELLED}


def finish(qtbot, window, count):
    """Wait until so many files are in the list and none is unfinished."""
    items = window.session.queue.items
    qtbot.waitUntil(lambda: len(items) >= count and all(item.state in DONE for item in items), timeout=60_000)


def analyse(qtbot, window, paths):
    window.add(paths)
    finish(qtbot, window, len(paths))
    return window.session.queue.items


def choose(qtbot, window, item):
    """Choose a file and wait for what belongs to it."""
    window.files.select(item.job)
    if item.state is State.DONE:
        qtbot.waitUntil(lambda: window.focus.loaded is not None and window.focus.loaded.job == item.job, timeout=20_000)
        qtbot.waitUntil(lambda: len(findings(window)) > 100, timeout=10_000)


def findings(window):
    """All text of the findings."""
    return "\n".join(label.text() for label in window.findings.findChildren(QLabel))


def message(window):
    """All text of the page in place of the picture."""
    page = window.message
    parts = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    return "\n".join([*parts, *(text.toPlainText() for text in page.findChildren(QPlainTextEdit))])


def states(window):
    return [item.state for item in window.session.queue.items]


def drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, copy, left = QPointF(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(where, copy, data, left, Qt.KeyboardModifier.NoModifier))


def running(window):
    return lambda: any(item.stage == "frames" for item in window.session.queue.items)


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


def running_timers(window) -> list[QTimer]:
    """Timers of a window that would go on firing, and those of the application that belong to nobody else."""
    owned = [*window.findChildren(QTimer), *QApplication.instance().findChildren(QTimer)]
    return [timer for timer in owned if timer.isActive() and not timer.objectName().startswith("qt_")]


def check_mnemonics(window):
    """Within a menu, no two commands are reached by the same letter."""
    for menu in [window.menuBar(), *window.menuBar().findChildren(QMenu)]:
        letters = [a.text().split("&")[1][0].lower() for a in menu.actions() if a.text().count("&") == 1]
        assert len(letters) == len(set(letters)), [a.text() for a in menu.actions()]
