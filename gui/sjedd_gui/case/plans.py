"""Options of an analysis that the window makes: denser ones for a stretch, and the command that repeats them."""

from __future__ import annotations

import shlex
from pathlib import Path

from sjedd_video.options import AnalysisOptions

ALL_FRAMES_S = 20.0
"""Stretches up to so long are examined frame by frame."""
FRAMES = 600
"""Frames that are examined of a longer one, as long as that is dense enough."""
LEAST_FPS = 2.0
FLAGS = {"start_s": "start", "end_s": "end", "idle_timeout_s": "timeout-idle", "max_memory_mb": "max-memory"}
"""Options that the command line calls otherwise."""


def denser(options: AnalysisOptions, start: float, end: float) -> AnalysisOptions:
    """The same options for the stretch from ``start`` to ``end`` (seconds): every frame, or many of a long one."""
    length = end - start
    plan = "every:1" if length <= ALL_FRAMES_S else f"fps:{max(FRAMES / length, LEAST_FPS):.2f}"
    return AnalysisOptions.parse({**options.model_dump(), "sampling": plan, "start_s": start, "end_s": end})


def command_of(path: Path, options: AnalysisOptions) -> str:
    """The command line that gives the same result."""
    changed = options.model_dump(exclude_defaults=True)
    flags = (
        text for name, value in changed.items() for text in (f"--{FLAGS.get(name, name.replace('_', '-'))}", str(value))
    )
    return shlex.join(["sjedd-video", "analyze", str(path), *flags])
