"""One analysis process and its signals. Nothing is analysed in the window's own process, and no thread is started."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Qt, QTimer, Signal

from sjedd_gui.work.child import ANALYZE, FLAG
from sjedd_gui.work.environment import own_environment
from sjedd_video.parent import child_command

CANCEL_MS = 5_000
"""A job that does not stop by itself within this time is ended with its process."""
EXIT_MS = 3_000
LOG_TAIL = 4_000


class Worker(QObject):
    """Runs one job at a time in a child process, which stays for the next job; a crash costs one job only.

    Exactly one of ``finished``, ``failed`` and ``cancelled`` follows every ``submit``, unless ``shutdown`` comes first.
    """

    progressed = Signal(int, str, int, object)
    """Job, stage, units done, units in all or None."""
    finished = Signal(int, object)
    """Job, and what the process says of it (``sjedd_gui.work.child``). What it made lies where the request said."""
    failed = Signal(int, str, str, str)
    """Job, message, advice, and technical details."""
    cancelled = Signal(int)

    def __init__(self, function: str = ANALYZE, parent: QObject | None = None) -> None:
        """Make an idle worker.

        Args:
            function: The analysis, as ``module:name``; see ``sjedd_gui.work.child.AnalyzeFunction``.
            parent: Owner.
        """
        super().__init__(parent)
        self._function = function
        self._process: QProcess | None = None
        self._job: int | None = None
        self._stopping = False
        self._log = b""
        self._patience = QTimer(self, singleShot=True, interval=CANCEL_MS)
        self._patience.timeout.connect(self._kill)

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._job is not None

    @property
    def process_id(self) -> int:
        """Process id of the child, 0 when there is none."""
        return 0 if self._process is None else self._process.processId()

    def analyze(self, job: int, path: Path, options: dict[str, Any], parcel: Path) -> None:
        """Analyse ``path`` and put the result at ``parcel``, see ``sjedd_video.casework.Casework.take``."""
        self._submit(job, type="analyze", path=os.fspath(path), options=options, parcel=os.fspath(parcel))

    def write(self, job: int, request: dict[str, Any]) -> None:
        """Write an export, see ``sjedd_gui.case.exports``."""
        self._submit(job, **request)

    def cancel(self) -> None:
        """Ask the running job to stop; if it does not, its process is ended."""
        if self._job is not None and not self._stopping:
            self._stopping = True
            self._write({"type": "cancel", "job": self._job})
            self._patience.start()

    def shutdown(self) -> None:
        """End the process and wait until it is gone. No signal is sent any more."""
        self._patience.stop()
        process, self._process, self._job = self._process, None, None
        if process is None:
            return
        process.closeWriteChannel()
        if not process.waitForFinished(EXIT_MS):
            process.kill()
            process.waitForFinished(EXIT_MS)
        process.deleteLater()

    def _submit(self, job: int, **request: Any) -> None:
        if self.busy:
            raise RuntimeError(f"job {job} was submitted while job {self._job} runs")
        self._job, self._stopping, self._log = job, False, b""
        if self._process is None:
            self._start()
        self._write({"job": job, **request})

    def _start(self) -> None:
        process = self._process = QProcess(self)
        process.setProcessEnvironment(own_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_log)
        process.finished.connect(self._ended)
        # queued, so that a failure inside start() does not answer before the request was made
        process.errorOccurred.connect(self._not_started, Qt.ConnectionType.QueuedConnection)
        program, *arguments = child_command(FLAG, "sjedd_gui.work.child", self._function)
        process.start(program, arguments)

    def _write(self, message: dict[str, Any]) -> None:
        if self._process is not None:
            self._process.write(json.dumps(message).encode() + b"\n")

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError):
                self._kill()  # not our protocol; the end of the process is reported as a crash
                return

    def _take(self, message: dict[str, Any]) -> None:
        kind, job = message["type"], message["job"]
        if job != self._job:
            return
        if kind == "progress":
            self.progressed.emit(job, message["stage"], message["done"], message["total"])
            return
        self._end_job()
        if kind == "done":
            self.finished.emit(job, message["value"])
        elif kind == "cancelled":
            self.cancelled.emit(job)
        else:
            self.failed.emit(job, message["message"], message["advice"], message.get("details", ""))

    def _end_job(self) -> None:
        self._job, self._stopping = None, False
        self._patience.stop()

    def _read_log(self) -> None:
        if self._process is not None:
            self._log = (self._log + self._process.readAllStandardError().data())[-LOG_TAIL:]

    def _details(self) -> str:
        self._read_log()
        return self._log.decode(errors="replace").strip()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        details = self._details()
        self._drop()
        if self._job is None:
            return
        job, stopping = self._job, self._stopping
        self._end_job()
        if stopping:
            self.cancelled.emit(job)
            return
        crash = status is QProcess.ExitStatus.CrashExit
        text = (
            self.tr("The analysis process crashed (signal {}).")
            if crash
            else self.tr("The analysis process ended (code {}).")
        )
        advice = self.tr("The other files are not affected. Try it again; if it happens again, report it.")
        self.failed.emit(job, text.format(code), advice, details)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is not QProcess.ProcessError.FailedToStart or self._process is None:
            return  # every other error ends in ``_ended``
        details = self._process.errorString()
        self._drop()
        if self._job is not None:
            job = self._job
            self._end_job()
            message = self.tr("The analysis process could not be started.")
            self.failed.emit(job, message, self.tr("Close other programs, or install the program again."), details)

    def _drop(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
