"""What nobody foresaw: an exception in a slot is written to a log and shown; the window stays open."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from sjedd_video import __version__

LOG = logging.getLogger("sjedd_gui")
LOG_BYTES = 500_000


def log_path() -> Path:
    """The log file of this user."""
    from platformdirs import user_log_path

    return user_log_path("sjedd-video", appauthor=False) / "app.log"


class Reporter(QObject):
    """Takes every exception that nothing caught, from any thread."""

    _told = Signal(str, str)

    def __init__(self, log: Path | None = None, parent: QObject | None = None) -> None:
        """Watch from now on; ``log`` is the user's log file unless another one is given."""
        super().__init__(parent)
        self.log = log or log_path()
        self.box: QMessageBox | None = None
        self._handler = _handler(self.log)
        LOG.addHandler(self._handler)
        self._told.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def close(self) -> None:
        """Stop watching."""
        sys.excepthook, threading.excepthook = self._before
        LOG.removeHandler(self._handler)
        self._handler.close()

    def _caught(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        LOG.error("sjedd-video %s\n%s", __version__, details)
        self._told.emit("".join(traceback.format_exception_only(kind, error)).strip(), details)

    def _show(self, error: str, details: str) -> None:
        if self.box is not None:  # one at a time: a fault in painting would come back many times a second
            return
        text = self.tr("Something went wrong that the program did not foresee. Your files and the case are untouched.")
        advice = self.tr(
            "You can go on, but save your work first. Please report it with the details; they are also in {}"
        )
        self.box = box = QMessageBox(QApplication.activeWindow())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Unexpected problem"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText(f"{error}\n\n{advice.format(self.log)}")
        box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._closed)
        box.open()

    def _closed(self) -> None:
        self.box = None


def _handler(log: Path) -> logging.Handler:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()  # a log that cannot be written is no reason not to start
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
