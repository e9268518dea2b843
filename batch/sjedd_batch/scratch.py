"""A folder for what must not outlive the program: copies of remote files, reports on their way."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from sjedd_video.errors import OutputError
from sjedd_video.place import lock

PREFIX = "sjedd-scratch-"
ADVICE = "Free some space there, or name another folder in TMPDIR."
YOUNG_S = 60.0
"""A folder so young may belong to a program that is about to lock it."""


class Scratch:
    """A folder of this program, readable by this user only; those that killed programs left are deleted first.

    Attributes:
        folder: The folder.

    Raises:
        OutputError: The system's folder for temporary files cannot be written.
    """

    def __init__(self) -> None:
        try:
            _sweep(Path(tempfile.gettempdir()))
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = lock(self.folder / "lock")
        except OSError as error:
            raise OutputError(f"No temporary folder can be made: {error.strerror or error}.", ADVICE) from error
        except OutputError as error:
            raise OutputError(error.message, ADVICE) from error

    def close(self) -> None:
        """Delete the folder."""
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Delete the folders whose program is gone: nobody holds their lock."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError, OutputError):
            if time.time() - (folder / "lock").stat().st_mtime > YOUNG_S:
                lock(folder / "lock").close()
                shutil.rmtree(folder, ignore_errors=True)
