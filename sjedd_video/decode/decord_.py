"""The default decoder: Decord, trusted only where it can be checked.

Decord seeks inexactly in transport streams and AVI, steps backwards inexactly in HEVC, and replaces what it cannot
decode by a neighbouring frame. So it gets containers with an index, walks forward only, must agree with the index frame
by frame, and hands over to the fallback as soon as its libraries complain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import av  # noqa: F401 - before decord, whose libraries become global and would replace those that PyAV ships
import decord
import numpy as np
from decord import logging as decord_logging

from sjedd_video.decode.base import Beat, DecoderUnfit, FrameIndex
from sjedd_video.decode.errlog import ErrorLog
from sjedd_video.decode.pyav_ import usable_processors
from sjedd_video.types import ImageU8, StreamFacts

FAMILIES = ("isobmff", "ebml")
MAX_BYTES = 2 << 30
"""Decord reads a whole file before its first frame; beyond this size PyAV's seeking is much quicker."""
NOISE = re.compile(r"^\[[\d:]+\] |\S+\.(?:cc|h):\d+: |Check failed: [^)]*\) |Error: |ERROR ")
STRIDE = 256
"""Frames skipped at a time, so that the watchdog sees progress inside a long group of pictures."""


class DecordDecoder:
    """Chosen frames through ``decord.VideoReader`` on the CPU."""

    name = f"Decord {decord.__version__}"

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex) -> None:
        """Open the file and compare it with the index.

        Raises:
            DecoderUnfit: Decord cannot read the file, or disagrees with the index.
        """
        _refuse(path, facts, index)
        decord_logging.set_level(decord_logging.ERROR)
        self._index = index
        turned = facts.rotation in {90, 270}  # Decord turns the pictures itself
        self._size = (facts.height, facts.width) if turned else (facts.width, facts.height)
        self._file = path.open("rb")
        try:
            self._reader = decord.VideoReader(_name(path, self._file), num_threads=usable_processors())
        except (decord.DECORDError, RuntimeError, UnicodeError) as error:
            raise DecoderUnfit(f"Decord cannot open {facts.codec} in {facts.container} ({_brief(error)})") from error
        _compare(self._reader, index)
        self._log = ErrorLog()

    def frames(self, positions: Sequence[int], beat: Beat) -> Iterator[tuple[int, ImageU8 | None]]:
        """See ``Decoder.frames``."""
        at = 0
        for position in positions:
            try:
                self._walk(at, position, beat)
                picture = self._reader.next().asnumpy()
            except (decord.DECORDError, StopIteration, RuntimeError) as error:
                raise DecoderUnfit(f"Decord stopped ({_brief(error)})") from error
            at = position + 1
            complaints = self._log.complaints()
            if complaints:
                raise DecoderUnfit(f"Decord met damage, which it conceals ({complaints[0]})")
            if picture.shape[1::-1] != self._size:
                raise DecoderUnfit(f"Decord's picture has shape {picture.shape}")
            yield position, picture

    def close(self) -> None:
        """Release the file."""
        del self._reader
        self._file.close()

    def _walk(self, at: int, position: int, beat: Beat) -> None:
        """Bring the reader, which stands before frame ``at``, to stand before ``position``."""
        start = max(at, self._index.key_before(position))
        for stop in [*range(start + STRIDE, position, STRIDE), position]:
            self._reader.seek_accurate(stop)
            beat()


def _name(path: Path, file: BinaryIO) -> str:
    """A name of the file that is text, which is all that Decord takes; of any other, that of its descriptor."""
    name = str(path.absolute())
    try:
        name.encode()
    except UnicodeEncodeError:
        return f"/dev/fd/{file.fileno()}"
    return name


def _refuse(path: Path, facts: StreamFacts, index: FrameIndex) -> None:
    if facts.details["family"] not in FAMILIES:
        raise DecoderUnfit(f"Decord does not seek exactly in {facts.container}")
    if facts.details["video_streams"] != 1:
        raise DecoderUnfit("Decord cannot be told which of several video streams to read")
    if facts.rotation and facts.details["family"] != "isobmff":
        raise DecoderUnfit(f"Decord does not know the rotation stored in {facts.container}")
    if index.open_groups:
        raise DecoderUnfit("Decord does not seek exactly in open groups of pictures")
    if index.discarded:
        raise DecoderUnfit("Decord does not follow the file's edit list")
    if path.stat().st_size > MAX_BYTES:
        raise DecoderUnfit(f"the file is larger than {MAX_BYTES >> 30} GiB, all of which Decord reads before its start")


def _compare(reader: decord.VideoReader, index: FrameIndex) -> None:
    if len(reader) != len(index.pts):
        raise DecoderUnfit(f"Decord counts {len(reader)} frames where the file has {len(index.pts)}")
    starts = reader.get_frame_timestamp(range(len(reader)))[:, 0].astype(np.float64)
    expected = (index.pts - index.pts[0]) * float(index.time_base)
    step = np.median(np.diff(expected)) if len(expected) > 1 else 1.0
    # Decord keeps times in float32, which is coarse late in a long file.
    if not (np.abs(starts - starts[0] - expected) <= 0.5 * step + expected * 1e-6).all():
        raise DecoderUnfit("Decord's frame times differ from the file's")


def _brief(error: BaseException) -> str:
    """The human part of Decord's message, without its time, its source line and the failed expression."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return NOISE.sub("", lines[0]).strip()[:160] or type(error).__name__
