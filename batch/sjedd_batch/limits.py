"""What a worker process may use. Decoding processes inherit these limits.

Where the system has no such limits (Windows), the watchdog in ``workers`` is what is left.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_CPU_S = 4 * 3600.0
"""Seconds of processor time that one file may take, unless the user says otherwise."""
LARGEST_FILE = 1 << 30
"""Bytes of the largest file that a worker may write."""
HEADROOM_MB = 512
"""For libraries and threads that only come with the first file."""


def confine() -> None:
    """Give this process a group of its own, no core dumps, and a bound on the files it writes."""
    if sys.platform == "win32":
        return
    import resource

    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)


@contextmanager
def allow_files(size: int) -> Iterator[None]:
    """Let this process write a file of so many bytes for a while."""
    if sys.platform == "win32":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    _lower(resource.RLIMIT_FSIZE, size)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def limit_memory(megabytes: int) -> None:
    """Bound the private memory that may be allocated from now on, on top of what there is already (Linux).

    Not the address space, which libraries reserve by the gigabyte on machines with many processors.
    """
    if sys.platform != "linux":
        return
    import resource

    held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    _lower(resource.RLIMIT_DATA, held + ((megabytes + HEADROOM_MB) << 20))


def limit_processor(seconds: float) -> None:
    """Allow so many seconds of processor time from now on; the system ends the process that needs more."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)


def _lower(which: int, limit: int) -> None:
    """Set the soft limit, as far as the hard one allows; it can be raised again for the next file."""
    import resource

    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
