"""Ending with the parent: no process of this program outlives the one that started it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time

LOOK_S = 1.0


def end_with_parent() -> None:
    """End this process soon after its parent, whatever ended that; a killed parent cannot say so.

    A thread watches, so that this also works while a library hangs (without holding the interpreter lock).
    """
    known, parent = multiprocessing.parent_process(), os.getppid()

    def watch() -> None:
        if known is not None:
            known.join()
        while known is None and os.getppid() == parent:
            time.sleep(LOOK_S)
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
