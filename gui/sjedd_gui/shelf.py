"""Results on their way from the analysis process to the window: files in a private folder of this session.

On disk, so that memory stays flat however many files are judged. The folder goes when the window closes; what a crash
left behind goes at the next start. Reading accepts nothing but results: no code can be hidden in such a file.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sjedd_video import types
from sjedd_video.errors import OutputError
from sjedd_video.types import AnalysisResult

ALLOWED = {
    ("fractions", "Fraction"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
}


class _ResultUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module == types.__name__ and "." not in name and isinstance(vars(types).get(name), type)) or (
            module,
            name,
        ) in ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a result")


def keep(result: AnalysisResult, path: Path) -> None:
    """Write a result, replacing ``path`` at once.

    Raises:
        OutputError: The disk is full or the folder is gone.
    """
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            pickle.dump(result, file, protocol=5)
        partial.replace(path)
    except OSError as error:
        message = f"The result cannot be kept on this computer: {error.strerror or error}."
        raise OutputError(message, "Make room on the disk and try again.") from error


def load(path: Path) -> AnalysisResult:
    """Read a result.

    Raises:
        OutputError: The file is missing, damaged, or holds anything but a result.
    """
    try:
        with path.open("rb") as file:
            result = _ResultUnpickler(file).load()
    except (OSError, EOFError, ValueError, TypeError, pickle.UnpicklingError) as error:
        raise OutputError(f"The kept result cannot be read: {error}.", "Analyse the file again.") from error
    if not isinstance(result, AnalysisResult):
        raise OutputError("The kept result is not a result.", "Analyse the file again.")
    return result


class Shelf:
    """The folder of one session's results, readable by this user only."""

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
        """Where the result of a job is kept."""
        return self.folder / f"{job}.result"

    def load(self, job: int) -> AnalysisResult:
        """Read the result of a job. Raises ``OutputError`` as ``load`` does."""
        return load(self.path(job))

    def forget(self, job: int) -> None:
        """Delete the result of a job, if there is one."""
        self.path(job).unlink(missing_ok=True)

    def close(self) -> None:
        """Delete the folder."""
        self._lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)


def default_parent() -> Path:
    """The folder of all sessions in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path("sjedd-video", appauthor=False) / "sessions"


def _sweep(parent: Path) -> None:
    """Delete folders of sessions whose program is gone: their lock is held by nobody."""
    from PySide6.QtCore import QLockFile

    for folder in parent.glob("session-*"):
        lock = QLockFile(str(folder / "lock"))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            lock.unlock()
            shutil.rmtree(folder, ignore_errors=True)
