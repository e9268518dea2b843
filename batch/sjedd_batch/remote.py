"""Files on shared storage, named by URL (fsspec): listed, hashed and fetched, each into a private temporary file.

Nothing here is used, and no connection is opened, unless the user names a URL.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from sjedd_batch.limits import allow_files
from sjedd_batch.reports import fitting
from sjedd_video.errors import Cancelled, OptionsError, OutputError
from sjedd_video.evidence import hash_file
from sjedd_video.progress import CancelToken, Progress, no_progress

if TYPE_CHECKING:
    from sjedd_video.types import AnalysisResult

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 512
LARGEST = 64 << 30
"""Bytes of the largest file that is fetched."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file on shared storage."""

    url: str

    def __str__(self) -> str:
        return self.url

    @property
    def name(self) -> str:
        """The last part of its name."""
        return PurePosixPath(self.url).name

    @property
    def folder(self) -> str:
        """The URL of the folder that it is in."""
        return self.url.rpartition("/")[0]

    def read(
        self, into: BinaryIO | None = None, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> tuple[str, int]:
        """Read it from its start to its end, at most ``LARGEST`` bytes; SHA-256 and size.

        Args:
            into: Gets a copy.
            progress: Told of the stage ``evidence`` in bytes.
            cancel: Stops it.

        Raises:
            OSError: It cannot be read, or is too large.
            Cancelled: On request.
        """
        digest, done = hashlib.sha256(), 0
        try:
            storage, path = _storage(self.url)
            with storage.open(path, "rb") as file:
                while block := file.read(BLOCK_BYTES):
                    if cancel is not None:
                        cancel.raise_if_cancelled()
                    done += len(block)
                    if done > LARGEST:
                        raise OSError(f"larger than {LARGEST >> 30} GiB, the most that is fetched")
                    digest.update(block)
                    if into is not None:
                        into.write(block)
                    progress("evidence", done, None)
        except (OSError, Cancelled):
            raise
        except Exception as error:  # every storage has errors of its own
            raise OSError(f"{type(error).__name__}: {error}") from error
        return digest.hexdigest(), done

    def head(self) -> bytes:
        """Its first bytes; empty where it cannot be read."""
        try:
            storage, path = _storage(self.url)
            with storage.open(path, "rb") as file:
                return bytes(file.read(HEAD_BYTES))
        except Exception:  # as above
            return b""


Source = Path | Remote
"""What is judged: a file here, or one on shared storage."""


def is_url(text: object) -> bool:
    """Whether a path of the command line is the URL of a file or folder."""
    return isinstance(text, str) and "://" in text


def source_of(text: str) -> Source:
    """A source from its name in a case."""
    return Remote(text) if is_url(text) else Path(text)


def hash_source(source: Source, cancel: CancelToken | None = None) -> tuple[str, int]:
    """SHA-256 and size; empty for what is no file or cannot be read, which then gets a result that says so.

    Raises:
        Cancelled: On request.
    """
    try:
        if isinstance(source, Remote):
            return source.read(cancel=cancel)
        return hash_file(source, cancel=cancel) if source.is_file() else ("", 0)
    except (OSError, ValueError):
        return "", 0


@contextmanager
def fetched(source: Source, progress: Progress = no_progress, scratch: str | None = None) -> Iterator[Path]:
    """A path here with the content of a source; what had to be fetched is gone afterwards.

    Args:
        source: The file.
        progress: Told of what is fetched, see ``Remote.read``.
        scratch: Folder for a folder named like this process, which somebody else removes if this process dies.

    Raises:
        OSError: It cannot be fetched.
        OutputError: There is no room for it.
    """
    if isinstance(source, Path):
        yield source
        return
    prefix = "sjedd-" if scratch is None else f"{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=scratch) as folder:
        path = Path(folder) / fitting(source.name or "file")
        try:
            file = path.open("wb")
        except OSError as error:
            raise OutputError(f"{folder} cannot be written: {error.strerror}.", "Check the disk.") from error
        with file, allow_files(LARGEST):
            source.read(file, progress)
        yield path


def renamed(result: AnalysisResult, source: Source) -> AnalysisResult:
    """A result that speaks of the source, not of its copy here, whose time says nothing."""
    if isinstance(source, Path):
        return result
    return replace(result, evidence=replace(result.evidence, path=source.url, modified=""))


def listed(url: str, *, recursive: bool) -> Iterator[tuple[Remote, PurePosixPath]]:
    """The file of a URL, or all files of its folder, each with its path from there on.

    Raises:
        OptionsError: fsspec or the storage's own package is missing, or there is nothing at the URL.
    """
    try:
        storage, top = _storage(url)
        if storage.isfile(top):
            yield Remote(url), PurePosixPath(top).relative_to(PurePosixPath(top).parent)
            return
        for path in storage.find(top, maxdepth=None if recursive else 1):
            yield Remote(storage.unstrip_protocol(path)), PurePosixPath(path).relative_to(top)
    except OptionsError:
        raise
    except Exception as error:
        raise OptionsError(f"{url} cannot be listed: {error}.", "Check the URL and the access to it.") from error


def _storage(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it.

    Raises:
        OptionsError: A package is missing.
    """
    try:
        import fsspec
    except ImportError as error:
        raise OptionsError("URLs need fsspec.", "pip install 'sjedd-video[remote]'") from error
    try:
        storage, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise OptionsError(f"{url} needs another package: {error}.", "Install it beside sjedd-video.") from error
    return storage, str(path)
