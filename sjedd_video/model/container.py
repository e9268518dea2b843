"""The two forms of a bundle on disk: a folder of files, or a zip archive of stored entries."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """Files by name. Both methods raise OSError, KeyError or zipfile.BadZipFile when there is no such file."""

    def size(self, name: str) -> int:
        """Size of a file in bytes."""

    def read(self, name: str) -> bytes:
        """Content of a file."""


class Folder:
    """A bundle that is a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, name: str) -> int:
        """See ``Store``."""
        return (self._path / name).stat().st_size

    def read(self, name: str) -> bytes:
        """See ``Store``."""
        return (self._path / name).read_bytes()


class Archive:
    """A bundle that is a single file; a compressed entry counts as a bad archive."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, name: str) -> int:
        """See ``Store``."""
        with zipfile.ZipFile(self._path) as archive:
            entry = archive.getinfo(name)
            # A stored entry cannot unpack to more than the file itself holds.
            if entry.compress_type != zipfile.ZIP_STORED:
                raise zipfile.BadZipFile(f"{name} is compressed")
            return entry.file_size

    def read(self, name: str) -> bytes:
        """See ``Store``."""
        with zipfile.ZipFile(self._path) as archive:
            return archive.read(name)


def write_archive(contents: Mapping[str, bytes], path: Path) -> None:
    """Write files into a new archive; the same content makes the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in contents.items():
            # A fixed date, so that the same content makes the same file.
            archive.writestr(zipfile.ZipInfo(name), data)


def write_folder(contents: Mapping[str, bytes], path: Path) -> None:
    """Write files into a new folder."""
    path.mkdir()
    for name, data in contents.items():
        (path / name).write_bytes(data)


def remove(path: Path) -> None:
    """Delete a file or a folder with all it holds, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
