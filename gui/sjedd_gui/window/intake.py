"""How files come in: chosen, dropped, pasted, or named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from sjedd_gui.settings import Settings
from sjedd_video.sniff import SUFFIXES

MOST_PASTED = 100
QUOTES = "\"'“”„«»‚‘’"


class Intake(QObject):
    """Asks for files, or takes them from what was dropped or copied."""

    wanted = Signal(list)
    """Paths of files and folders, as ``pathlib.Path``."""
    nothing_pasted = Signal()
    """What was copied names no file on this computer."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings

    def choose_files(self) -> None:
        """Ask for files."""
        pattern = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        kinds = self.tr("Videos and pictures ({});;All files (*)").format(pattern)
        title = self.tr("Open videos or pictures")
        names, _ = QFileDialog.getOpenFileNames(self._window, title, self._settings.folder, kinds)
        if names:
            self._settings.folder = str(Path(names[0]).parent)
            self.wanted.emit([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder."""
        title = self.tr("Open a folder of videos")
        name = QFileDialog.getExistingDirectory(self._window, title, self._settings.folder)
        if name:
            self._settings.folder = name
            self.wanted.emit([Path(name)])

    def paste(self) -> None:
        """Take the files, or the paths as text, from the clipboard."""
        found = paths_in(QGuiApplication.clipboard().mimeData())
        if found:
            self.wanted.emit(found)
        else:
            self.nothing_pasted.emit()


def paths_in(data: QMimeData | None) -> list[Path]:
    """Files and folders of this computer that were dropped or copied; text counts where it names one that exists."""
    if data is None:
        return []
    if found := local_paths(data.urls()):
        return found
    lines = [line.strip().strip(QUOTES).strip() for line in data.text().splitlines()[:MOST_PASTED]]
    return [path for path in map(_as_path, filter(None, lines)) if path is not None]


def local_paths(urls: Iterable[QUrl]) -> list[Path]:
    """The local files among addresses."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _as_path(text: str) -> Path | None:
    path = Path(QUrl(text).toLocalFile() if text.startswith("file://") else text)
    try:
        path = path.expanduser()
        return path if path.is_absolute() and path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None  # too long, a null character, an unknown user: no path
