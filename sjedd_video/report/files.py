"""Writing report files, and text from strangers made fit to be shown."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sjedd_video.errors import OutputError

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that hide themselves or turn the direction of writing."""
JOINERS = frozenset("\u200c\u200d")
"""Format characters that some scripts need."""


UNWRITABLE = "Choose another folder, or check that the disk is not full."


def made_folder(path: Path) -> Path:
    """Make a folder and those above it, where they are missing.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be created: {error.strerror or error}.", UNWRITABLE) from error
    return path


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all; bytes of a file name that are no text are kept.

    Raises:
        OutputError: It cannot be written.
    """
    with written(path) as file:
        file.write(text.encode("utf-8", "surrogateescape"))


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under ``path`` whole or not at all.

    Raises:
        OutputError: It cannot be written; nothing is left behind.
    """
    try:
        with _replaced(path) as file:
            yield file
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}."
        raise OutputError(message, UNWRITABLE) from error


@contextmanager
def _replaced(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def encodable(untrusted: str) -> str:
    r"""Text that can be written as UTF-8: bytes of a file name that are no text become ``\xNN``."""
    return untrusted.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def visible(untrusted: str) -> str:
    """One line of text in which nothing hides: control and direction characters become ``<U+XXXX>``."""
    return "".join(escaped(c) if _hides(c) else c for c in encodable(untrusted))


def escaped(character: str) -> str:
    """A character by its number, e.g. ``<U+202E>``."""
    return f"<U+{ord(character):04X}>"


def _hides(character: str) -> bool:
    return unicodedata.category(character) in HIDDEN and character not in JOINERS
