"""Finding videos and pictures by their content, so that a wrong or missing extension hides nothing.

Whatever is left out is listed with the reason.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

MAGIC = (
    (0, b"FLV\x01"),
    (0, b"OggS"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),  # ASF, WMV
    (0, b"\x00\x00\x01\xba"),  # MPEG program stream
    (0, b"\x00\x00\x01\xb3"),  # MPEG video
    (0, b"\x06\x0e\x2b\x34"),  # MXF
    (0, b"\x1a\x45\xdf\xa3"),  # Matroska, WebM
    (0, b"DKIF"),  # IVF
    (0, b"GIF8"),
    (0, b"\xff\xd8\xff"),  # JPEG
    (0, b"\x89PNG\r\n\x1a\n"),
    (8, b"WEBP"),
    (8, b"AVI "),
    *((4, box) for box in (b"ftyp", b"moov", b"mdat", b"wide", b"styp")),  # MP4, MOV, HEIF
)
SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg",
    ".vob", ".flv", ".f4v", ".wmv", ".asf", ".ogv", ".mxf", ".dv", ".gif", ".jpg", ".jpeg", ".png", ".webp", ".heic",
})  # fmt: skip
"""Damaged media may have lost its magic number; with one of these names it still gets a result that says so."""
TS_PACKETS = ((0, 188), (4, 192))
"""Offset and length of the packets of MPEG transport streams."""

NO_MEDIA = "neither content nor name is that of a video or picture"
SPECIAL = "not a regular file"
LINK_OUT = "a link to outside (--follow-links follows it)"
LINK_FOLDER = "a link to a folder (--follow-links follows it)"
FOLDER_INSIDE = "a folder inside (--recursive looks into it)"
DANGLING = "a link to nothing"
EXCLUDED, NOT_INCLUDED = "excluded by --exclude {}", "not among --include"


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look, and for what.

    Attributes:
        paths: Files and folders; a file named here is judged whatever it looks like.
        recursive: Whether to look into folders inside.
        follow_links: Whether to follow links to folders, and to files outside the folder.
        include: Patterns of names (``*.mp4``) or of paths in the folder (``phone/*``); none take everything.
        exclude: Likewise, to be left out.
    """

    paths: tuple[Path, ...]
    recursive: bool = True
    follow_links: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ``media`` in order of path, and (path, reason) of all that was left out."""

    media: list[Path] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)


def find_media(search: Search, leave_out: Path) -> Found:
    """Find videos and pictures; ``leave_out`` is a folder that nothing is said of: the case that is being written.

    A folder that may not be read is listed like a file: nobody can say what is in it, and its result does.
    """
    found = Found()
    for top in dict.fromkeys(Path(os.path.abspath(path)) for path in search.paths):  # noqa: PTH100 - keeps links
        if top.is_dir():
            _look(top, search, leave_out.resolve(), found)
        else:
            found.media.append(top)
    found.media[:] = sorted(set(found.media))
    found.skipped.sort()
    return found


def _look(top: Path, search: Search, leave_out: Path, found: Found) -> None:
    for path in _files(top, search, leave_out, found):
        why = _unwanted(path.relative_to(top), search) or _why_not(path, top, search)
        if why is None:
            found.media.append(path)
        else:
            found.skipped.append((path, why))


def _unwanted(inside: Path, search: Search) -> str | None:
    """Why the patterns leave a path out, or None."""
    for pattern in search.exclude:
        if _matches(inside, pattern):
            return EXCLUDED.format(pattern)
    if search.include and not any(_matches(inside, pattern) for pattern in search.include):
        return NOT_INCLUDED
    return None


def _matches(inside: Path, pattern: str) -> bool:
    return fnmatchcase(inside.name, pattern) or fnmatchcase(inside.as_posix(), pattern)


def _why_not(path: Path, top: Path, search: Search) -> str | None:
    """Why a path is left out for what it is, or None for media. What cannot be looked at is not left out."""
    try:
        if path.is_symlink() and (why := _bad_link(path, top, search)) is not None:
            return why
        mode = path.stat().st_mode
    except OSError:  # its folder may not be searched
        return None if path.suffix.lower() in SUFFIXES else NO_MEDIA
    if stat.S_ISDIR(mode):  # one that may not be read
        return None
    if not stat.S_ISREG(mode):
        return SPECIAL
    return None if looks_like_media(path) else NO_MEDIA


def _bad_link(path: Path, top: Path, search: Search) -> str | None:
    if not path.exists():
        return DANGLING
    outside = not path.resolve().is_relative_to(top.resolve())
    return LINK_OUT if outside and not search.follow_links else None


def looks_like_media(path: Path) -> bool:
    """Whether content (or, failing that, name) says video or picture. A file that cannot be read goes by its name."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        head = b""
    if any(head[at : at + len(magic)] == magic for at, magic in MAGIC):
        return True
    packets = any(head[at : at + 1] == b"G" == head[at + step : at + step + 1] for at, step in TS_PACKETS)
    return packets or path.suffix.lower() in SUFFIXES


def _files(top: Path, search: Search, leave_out: Path, found: Found) -> Iterator[Path]:
    """Every path below ``top`` that is not a folder, and every folder that may not be read."""
    closed: list[Path] = []
    seen = {top.resolve()}
    walk = os.walk(top, onerror=lambda error: closed.append(Path(error.filename)), followlinks=search.follow_links)
    for where, folders, names in walk:
        here = Path(where)
        folders[:] = [name for name in folders if _enter(here / name, search, leave_out, seen, found)]
        yield from (here / name for name in names)
    yield from closed


def _enter(folder: Path, search: Search, leave_out: Path, seen: set[Path], found: Found) -> bool:
    """Whether to look into a folder; a link back to where the search has been would never end."""
    real = folder.resolve()
    if real == leave_out:
        return False
    if not search.recursive:
        found.skipped.append((folder, FOLDER_INSIDE))
        return False
    if folder.is_symlink():
        if not search.follow_links:
            found.skipped.append((folder, LINK_FOLDER))
            return False
        if real in seen:
            return False
    seen.add(real)
    return True
