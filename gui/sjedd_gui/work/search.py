"""Looking for videos and pictures in folders, by their content. Without Qt; runs in a thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic

from sjedd_video.progress import CancelToken
from sjedd_video.sniff import looks_like_media

TELL_S = 0.1


def find_media(paths: Iterable[Path], told: Callable[[int], object], cancel: CancelToken) -> list[Path]:
    """Files as absolute paths; folders are replaced by the videos and pictures in them, in order of path.

    Links to folders are not followed, nor links to files outside the folder that was named. A cancelled search gives
    what it found so far.

    Args:
        paths: Files, which are taken whatever they are, and folders.
        told: Called with the number of files found so far, in the thread of the search.
        cancel: Ends the search.
    """
    found: list[Path] = []
    for path in paths:
        for file in _inside(path) if path.is_dir() else (path,):
            if cancel.cancelled:
                return found
            found.append(Path(os.path.abspath(file)))  # noqa: PTH100 - keeps links
            told(len(found))
    return found


def _inside(folder: Path) -> Iterator[Path]:
    top = folder.resolve()
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(where, name)
            if _is_wanted(path, top):
                yield path


def _is_wanted(path: Path, top: Path) -> bool:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(top):
            return False
        return path.is_file() and looks_like_media(path)
    except OSError:
        return False


class Throttled:
    """Passes numbers on, but not more often than anybody can read."""

    def __init__(self, told: Callable[[int], object]) -> None:
        self._told, self._last = told, 0.0

    def __call__(self, number: int) -> None:
        """Pass ``number`` on, or not."""
        if monotonic() - self._last > TELL_S:
            self._last = monotonic()
            self._told(number)
