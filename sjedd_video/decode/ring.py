"""Shared memory for pixels: a ring of equal slots that the child fills and the parent empties.

On Linux the memory is anonymous (memfd): it needs no name to clean up and is not bound by the small ``/dev/shm`` of
containers. Other POSIX systems get an unlinked temporary file, Windows a named mapping.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile

import numpy as np

from sjedd_video.types import ImageU8

RING_BYTES = 128 << 20
MAX_SLOTS = 16


def ring_slots(slot_bytes: int) -> int:
    """Number of slots for frames of ``slot_bytes``: at least 2, so that decoding and use overlap; memory is bounded."""
    return max(2, min(MAX_SLOTS, RING_BYTES // slot_bytes))


def create_memory() -> int:
    """A descriptor of shared memory of length 0 to pass to the child; -1 on Windows, where mappings have names."""
    if sys.platform == "win32":
        return -1
    if hasattr(os, "memfd_create"):
        return os.memfd_create("frames")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Ring:
    """One side's view of the slots."""

    def __init__(self, descriptor: int, name: str, slots: int, slot_bytes: int, *, create: bool) -> None:
        self.slots, self.slot_bytes = slots, slot_bytes
        size = slots * slot_bytes
        if sys.platform == "win32":
            self._memory = mmap.mmap(-1, size, tagname=name)
        else:
            if create:
                os.ftruncate(descriptor, size)
            self._memory = mmap.mmap(descriptor, size)

    def write(self, slot: int, image: ImageU8) -> None:
        """Copy ``image`` into ``slot``; the caller has checked that it fits."""
        self._view(slot, image.shape)[...] = image

    def read(self, slot: int, height: int, width: int) -> ImageU8:
        """A copy of the ``(height, width, 3)`` picture in ``slot``; raises as ``view``."""
        return self.view(slot, height, width).copy()

    def view(self, slot: int, height: int, width: int, channels: int = 3) -> ImageU8:
        """The ``(height, width, channels)`` picture in ``slot`` itself, to be let go before ``close``.

        Raises:
            ValueError: There is no such slot, or the picture does not fit it.
        """
        if not 0 <= slot < self.slots or not 0 < height * width * channels <= self.slot_bytes:
            raise ValueError("a frame outside the shared memory was announced")
        return self._view(slot, (height, width, channels))

    def close(self) -> None:
        """Unmap the memory."""
        self._memory.close()

    def _view(self, slot: int, shape: tuple[int, ...]) -> ImageU8:
        count = int(np.prod(shape))
        flat = np.frombuffer(self._memory, np.uint8, count, slot * self.slot_bytes)
        return flat.reshape(shape)
