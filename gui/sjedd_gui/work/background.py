"""One task of ``tasks`` in a process of its own, seen from the window."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from sjedd_gui.work.environment import own_environment
from sjedd_gui.work.tasks import FLAG
from sjedd_video.parent import child_command

STOP_MS = 1_500
LOG_TAIL = 4_000


class Task(QObject):
    """Runs once. Exactly one of ``finished`` and ``failed`` follows ``start``, unless ``stop`` comes first."""

    progressed = Signal(str, int, object)
    """Stage, units done, units in all or None."""
    finished = Signal(object)
    """What the task gives back."""
    failed = Signal(str, str, str)
    """Message, advice, technical details."""

    def __init__(self, name: str, parent: QObject, **values: Any) -> None:
        """Prepare a task.

        Args:
            name: Key of ``tasks.TASKS``.
            parent: Owner.
            values: Arguments of the task.
        """
        super().__init__(parent)
        self.name = name
        self._values = values
        self._process = QProcess(self)
        self._answered = False
        self._log = b""

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def start(self) -> Task:
        """Start the process; itself."""
        process = self._process
        process.setProcessEnvironment(own_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_log)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._error)
        program, *arguments = child_command(FLAG, "sjedd_gui.work.tasks", self.name, json.dumps(self._values))
        process.start(program, arguments)
        return self

    def stop(self) -> None:
        """End the process; no signal follows."""
        self._answered = True
        if self.running:
            self._process.terminate()
            QTimer.singleShot(STOP_MS, self._process, self._process.kill)

    def shutdown(self) -> None:
        """End the process and wait until it is gone; for when the window closes."""
        self._answered = True
        if self.running:
            self._process.terminate()
            if not self._process.waitForFinished(STOP_MS):
                self._process.kill()
                self._process.waitForFinished(STOP_MS)

    def _read(self) -> None:
        while self._process.canReadLine() and not self._answered:
            line = bytes(self._process.readLine().data())
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError):
                self._process.kill()  # not our protocol; its end is told as a failure
                return

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "progress":
            self.progressed.emit(message["stage"], message["done"], message["total"])
        elif message["type"] == "done":
            self._answered = True
            self.finished.emit(message["value"])
        else:
            self._fail(message["message"], message["advice"], message["details"])

    def _read_log(self) -> None:
        self._log = (self._log + self._process.readAllStandardError().data())[-LOG_TAIL:]

    def _fail(self, message: str, advice: str, details: str) -> None:
        if not self._answered:
            self._answered = True
            self.failed.emit(message, advice, details)

    def _ended(self) -> None:
        self._read()
        self._read_log()
        advice = self.tr("Try it again; if it happens again, report it.")
        self._fail(self.tr("The background process ended unexpectedly."), advice, self._log.decode(errors="replace"))
        self.deleteLater()

    def _error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            advice = self.tr("Close other programs, or install the program again.")
            self._fail(self.tr("The background process could not be started."), advice, self._process.errorString())
            self.deleteLater()
