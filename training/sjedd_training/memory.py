"""Freed memory stays with the process, so that the next training step need not ask the system for it again."""

from __future__ import annotations

import ctypes
import sys

_PARAMETERS = {-8: 1, -4: 0, -1: 2**31 - 1, -2: 64 * 2**20}
"""``M_ARENA_MAX``, ``M_MMAP_MAX``, ``M_TRIM_THRESHOLD``, ``M_TOP_PAD`` of ``mallopt(3)``: one heap for all threads and
nothing outside of it, which grows by 64 MiB at a time and hardly shrinks."""


def keep_freed_memory() -> bool:
    """Tell glibc to keep what is freed; call it before the first threads start. Loader processes inherit it.

    By default every large tensor is fresh memory of the system, with a page fault for each 4 KiB of it: a fifth of a
    training step on a virtual machine (docs/decisions/006). The peak, which is kept instead, comes back in every step.

    Returns:
        Whether the C library took it; others than glibc are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and sum(mallopt(*setting) == 1 for setting in _PARAMETERS.items()) == len(_PARAMETERS)
