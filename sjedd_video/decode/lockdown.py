"""Taking away from the decoding process what it does not need, where the kernel offers that (Landlock, Linux 5.13 on).

A file that takes over a decoder finds itself in a process that can read, and can write to its parent's pipe and nowhere
else: it cannot create, change or delete files, start programs, use TCP, or signal others. What an
older kernel does not offer (TCP came with Linux 6.7, signals with 6.12, UDP later) stays; the other walls stand anyway.
"""

from __future__ import annotations

import sys
from contextlib import suppress


def lock_down() -> bool:
    """Restrict this process, its later threads and its children, for good; whether the kernel did it.

    To be called before the process has threads: those that are there already would stay free.
    """
    if sys.platform != "linux":
        return False
    try:
        from landlockpy import AccessFS, LandlockError, Ruleset, Scope
    except ImportError:
        return False
    with suppress(LandlockError):
        taken = ~(AccessFS.READ_FILE | AccessFS.READ_DIR)
        with Ruleset(handled_fs=taken, scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
            rules.allow_path("/dev/null", AccessFS.WRITE_FILE)
            rules.restrict()
        return True
    return False
