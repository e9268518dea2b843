"""Processes of this program: how one is started, and that none outlives the one that started it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time

LOOK_S = 1.0


def child_command(flag: str, module: str, *arguments: str) -> list[str]:
    """The command that starts a process whose work is ``module.main``.

    Args:
        flag: First argument by which a frozen application knows what it is to act as.
        module: Where ``main`` is; it finds ``arguments`` in ``sys.argv``.
        arguments: What ``main`` gets.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, flag, *arguments]
    return [sys.executable, "-P", "-c", f"from {module} import main; main()", *arguments]


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
