"""Telling videos and pictures by their content, so that a wrong or missing extension hides nothing."""

from __future__ import annotations

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


def looks_like_media(path: Path) -> bool:
    """Whether content (or, failing that, name) says video or picture. A file that cannot be read goes by its name."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        head = b""
    return is_media(head, path.suffix)


def is_media(head: bytes, suffix: str) -> bool:
    """Whether the first 512 bytes, or, failing that, the ending of the name say video or picture."""
    if any(head[at : at + len(magic)] == magic for at, magic in MAGIC):
        return True
    packets = any(head[at : at + 1] == b"G" == head[at + step : at + step + 1] for at, step in TS_PACKETS)
    return packets or suffix.lower() in SUFFIXES
