"""Any frame of a file, in any order: used inside the frame source's process only.

Positions count the frames of the index in order of presentation, from 0.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from sjedd_video.decode.base import Beat, FrameIndex
from sjedd_video.decode.pyav_ import PyAvDecoder, upright
from sjedd_video.types import ImageU8, StreamFacts

CACHE_BYTES = 192 << 20
BEHIND = 32
"""Frames that one search backwards keeps, so that the next steps back need none."""
Size = tuple[int, int]
"""Width and height in pixels."""


class VideoReader:
    """Decodes on from where it is for later frames, and from the keyframe before for earlier ones."""

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex) -> None:
        self._decoder = PyAvDecoder(path, facts, index)
        self._careful = False
        self._run = self._decoder.begin(careful=False)

    @property
    def at(self) -> int:
        """Position up to which frames are gone."""
        return self._run.at

    def frame(self, position: int, beat: Beat) -> VideoFrame | None:
        """The frame at ``position``; None if it cannot be decoded truthfully. ``beat`` may raise to break off."""
        frame = self.neighbour(position, beat)
        return self._run.advance_from_before(position, beat) if frame is None else frame

    def neighbour(self, position: int, beat: Beat) -> VideoFrame | None:
        """The same without the long search that some damaged streams need."""
        if position < self._run.at and not self._run.rewind(position):
            self._run = self._decoder.begin(careful=self._careful)
        frame = self._run.advance(position, beat)
        if frame is None and not self._careful:
            self._careful = True  # from here on one thread, which tells which frames the damage reaches
            self._run = self._decoder.begin(careful=True)
            frame = self._run.advance(position, beat)
        return frame


class StillReader:
    """The one frame of a picture."""

    at = 0

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex) -> None:
        from sjedd_video.decode.image_ import ImageDecoder

        ((_, image),) = ImageDecoder(path, facts, index).frames([0], _no_beat)
        self._frame = None if image is None else VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")

    def frame(self, position: int, beat: Beat) -> VideoFrame | None:
        """The picture, already upright; None if it is damaged."""
        return self._frame

    neighbour = frame


class FrameReader:
    """Frames as pictures, with a bounded cache of the decoded frames last seen and of those before a step back."""

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex, cache_bytes: int = CACHE_BYTES) -> None:
        still = facts.kind == "image"
        self._source: VideoReader | StillReader = (StillReader if still else VideoReader)(path, facts, index)
        self._rotation = 0 if still else facts.rotation
        self.full: Size = (facts.width, facts.height) if facts.rotation % 180 == 0 else (facts.height, facts.width)
        """Size of an upright frame at full resolution."""
        self._index, self._reformatter = index, VideoReformatter()
        self._cache: OrderedDict[int, VideoFrame | None] = OrderedDict()
        self._cache_bytes, self._held = cache_bytes, 0

    def picture(self, position: int, size: Size, pixels: str, beat: Beat) -> ImageU8 | None:
        """The upright frame at ``position``; None if it is damaged.

        Args:
            position: Which frame.
            size: Size of the picture; ``full`` for no scaling.
            pixels: ``bgra`` or ``rgb24``; the picture is ``(height, width, 4 or 3) uint8``.
            beat: Called again and again; it may raise to break off, and the reader can be used on.
        """
        frame = self._find(position, beat)
        if frame is None:
            return None
        width, height = size if self._rotation % 180 == 0 else size[::-1]
        image = cast("ImageU8", self._reformatter.reformat(frame, width, height, pixels).to_ndarray())
        return upright(image, self._rotation)

    def fetch(self, position: int, beat: Beat) -> None:
        """Decode the frame at ``position`` ahead of its use."""
        if 0 <= position < len(self._index.pts):
            self._find(position, beat)

    def _find(self, position: int, beat: Beat) -> VideoFrame | None:
        if position in self._cache:
            self._cache.move_to_end(position)
        else:
            self._keep_before(position, beat)
            self._keep(position, self._source.frame(position, beat))
        return self._cache[position]

    def _keep_before(self, position: int, beat: Beat) -> None:
        """Keep some of the frames that are decoded on the way to ``position``: steps back will want them."""
        held = next((_bytes(frame) for frame in self._cache.values() if frame is not None), 0)
        room = self._cache_bytes // (2 * held) if held else 1
        first = max(self._index.key_before(position), position - min(BEHIND, room))
        if position >= self._source.at:
            first = max(first, self._source.at)
        for neighbour in range(first, position):
            frame = None if neighbour in self._cache else self._source.neighbour(neighbour, beat)
            if frame is not None:
                self._keep(neighbour, frame)

    def _keep(self, position: int, frame: VideoFrame | None) -> None:
        self._drop(position)
        self._cache[position] = frame
        self._held += _bytes(frame)
        while self._held > self._cache_bytes and len(self._cache) > 1:
            self._drop(next(iter(self._cache)))

    def _drop(self, position: int) -> None:
        self._held -= _bytes(self._cache.pop(position, None))


def _bytes(frame: VideoFrame | None) -> int:
    return 0 if frame is None else sum(plane.buffer_size for plane in frame.planes)


def _no_beat() -> None:
    """A picture is read in one go."""
