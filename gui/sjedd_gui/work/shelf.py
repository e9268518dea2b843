"""Results on their way from the analysis process into the case: files in a private folder of this window.

The folder goes when the window closes; what a crash left behind goes at the next start.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sjedd_video.errors import OutputError


class Shelf:
    """The folder of one window's parcels, readable by this user only."""

    def __init__(self, parent: Path | None = None) -> None:
        """Make the folder below ``parent`` (default: the user's cache folder), and tidy what crashes left there.

        Raises:
            OutputError: No folder can be written.
        """
        from PySide6.QtCore import QLockFile

        parent = default_parent() if parent is None else parent
        try:
            parent.mkdir(parents=True, exist_ok=True)
            _sweep(parent)
            self.folder = Path(tempfile.mkdtemp(prefix="session-", dir=parent))
        except OSError as error:
            message = f"{parent} cannot be written: {error.strerror or error}."
            raise OutputError(message, "Results are kept there while the window is open.") from error
        self._lock = QLockFile(str(self.folder / "lock"))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)

    def path(self, job: int) -> Path:
        """Where the parcel of a job is put."""
        return self.folder / f"{job}.result"

    def forget(self, job: int) -> None:
        """Delete the parcel of a job, if there is one."""
        for ending in ("", "-wal", "-shm", "-journal"):
            self.path(job).with_name(f"{job}.result{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        """Delete the folder."""
        self._lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)


def default_parent() -> Path:
    """The folder of all windows in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path("sjedd-video", appauthor=False) / "sessions"


def _sweep(parent: Path) -> None:
    """Delete folders of windows whose program is gone: their lock is held by nobody."""
    from PySide6.QtCore import QLockFile

    for folder in parent.glob("session-*"):
        lock = QLockFile(str(folder / "lock"))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            lock.unlock()
            shutil.rmtree(folder, ignore_errors=True)
