"""Finding videos and pictures in a folder by their content, so that a wrong or missing extension hides nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
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


def find_media(folder: Path, *, recursive: bool, leave_out: Path) -> tuple[list[Path], int]:
    """Videos and pictures below a folder, in order of name.

    Args:
        folder: Where to look; links to folders are not followed.
        recursive: Whether to look into folders inside.
        leave_out: A folder to skip: the case that is being written.

    Returns:
        The files, and how many other files there are. A folder that may not be read is listed like a file: nobody can
        say what is in it, and its result does.
    """
    media, others = [], 0
    for path in sorted(_files(folder, recursive, leave_out.resolve())):
        if os.path.isdir(path) or looks_like_media(path):  # noqa: PTH112 - Path.is_dir may raise
            media.append(path)
        else:
            others += 1
    return media, others


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


def _files(folder: Path, recursive: bool, leave_out: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        here = Path(where)
        folders[:] = [name for name in folders if recursive and (here / name).resolve() != leave_out]
        yield from (here / name for name in names if _may_be_file(here / name))
    yield from closed


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # its folder may not be searched
        return True
