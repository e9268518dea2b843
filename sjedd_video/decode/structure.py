"""A look at a container's outermost structure, without a media library: what it is, and whether its end is there.

The media libraries play what is left of a cut file without a word. The lengths in the outermost boxes tell.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 64
MAX_BOXES = 100_000
TS_PACKET = 188
TS_CHECKED = 5
STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
EBML_SEGMENT = 0x18538067


@dataclass(frozen=True, slots=True)
class Structure:
    """What the outermost structure says.

    Attributes:
        family: ``jpeg``, ``png``, ``webp``, ``heif``, ``isobmff``, ``riff``, ``ebml``, ``mpegts`` or "" if unknown.
        missing_bytes: How many bytes (at least) the outermost box or packet promises beyond the end of the file.
        has_index: False for an ISO file without its ``moov`` box, which nothing can play.
    """

    family: str
    missing_bytes: int = 0
    has_index: bool = True


def examine(path: Path) -> Structure:
    """Read the outermost structure of a file.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEADER_BYTES)
        still = _still_image(head)
        if still:
            return Structure(still)
        if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp", b"pnot"}:
            return _iso_boxes(file, size)
        if head[:4] == b"RIFF":
            return Structure("riff", max(_riff_end(head) - size, 0))
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return Structure("ebml", max(_ebml_end(file) - size, 0))
        for packet, lead in ((TS_PACKET, 0), (TS_PACKET + 4, 4)):
            if _is_transport_stream(file, packet, lead):
                return Structure("mpegts", -size % packet)
    return Structure("")


def _is_transport_stream(file: BinaryIO, packet: int, lead: int) -> bool:
    for number in range(TS_CHECKED):
        file.seek(number * packet + lead)
        if file.read(1) != b"\x47":
            return False
    return True


def _still_image(head: bytes) -> str:
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in STILL_BRANDS:
        return "heif"
    return ""


def _iso_boxes(file: BinaryIO, size: int) -> Structure:
    position, has_index = 0, False
    for _ in range(MAX_BOXES):
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            break
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length == 0:  # "to the end of the file"
            length = size - position
        if length < 8:
            break
        has_index |= header[4:8] in {b"moov", b"moof"} and position + length <= size
        position += length
        if position >= size:
            break
    return Structure("isobmff", max(position - size, 0), has_index)


def _riff_end(head: bytes) -> int:
    length = int.from_bytes(head[4:8], "little")
    return length + 8 if 0 < length < 0xFFFFFFF0 else 0


def _ebml_end(file: BinaryIO) -> int:
    """End of the (first) segment by its own length; 0 where it does not say, as live recordings do not."""
    file.seek(0)
    for _ in range(4):
        element, _ = _ebml_number(file, keep_marker=True)
        length, width = _ebml_number(file, keep_marker=False)
        if element is None or length is None:
            return 0
        if element == EBML_SEGMENT:
            return 0 if length == (1 << 7 * width) - 1 else file.tell() + length
        file.seek(length, os.SEEK_CUR)
    return 0


def _ebml_number(file: BinaryIO, *, keep_marker: bool) -> tuple[int | None, int]:
    """A variable-length number and its width in bytes; None where the file ends or the number is malformed."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None, 0
    width = 9 - first[0].bit_length()
    rest = file.read(width - 1)
    value = first[0] if keep_marker else first[0] & ((1 << (8 - width)) - 1)
    return (int.from_bytes(bytes([value]) + rest, "big"), width) if len(rest) == width - 1 else (None, 0)
