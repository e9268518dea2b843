"""From a request to a finished case: the story of ``scan``, ``resume`` and ``retry``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sjedd_batch import worker
from sjedd_batch.bars import cancel_on_interrupt
from sjedd_batch.case import Case
from sjedd_batch.discover import Found, find_media
from sjedd_batch.judge import Judge
from sjedd_batch.request import Request
from sjedd_batch.screen import Screen
from sjedd_batch.workers import Workers
from sjedd_video.errors import Cancelled, ExitCode
from sjedd_video.progress import CancelToken
from sjedd_video.report.files import visible

NOTHING = (
    "No video and no picture was found in {}. Files are known by their content; {} skipped, and run.json says why "
    "(see also --include, --exclude, --recursive, --follow-links)."
)


def run_case(
    out: Path, request: Request, screen: Screen, *, fail_on: str | None = None, only: Sequence[Path] | None = None
) -> ExitCode:
    """Judge what is asked into a case folder, and say how it went.

    Args:
        out: The case folder.
        request: What is asked.
        screen: Where it is said.
        fail_on: A band that leads to an exit code of its own.
        only: Judge these files instead of searching.

    Raises:
        ModelError: The model cannot be loaded.
        OutputError: The case cannot be written.
    """
    with Case(out, request, echo=screen.echo) as case, cancel_on_interrupt() as cancel:
        found = find_media(request.search, out) if only is None else Found(list(only), case.skipped_before())
        case.begin(len(found.media), found.skipped)
        with screen.start(len(found.media)):
            state = _judge(case, found.media, screen, cancel)
        case.finish(state)
    if not found.media:
        places = ", ".join(visible(str(path)) for path in request.search.paths)
        screen.warn(NOTHING.format(places, count(len(found.skipped), "file was", "files were")))
    else:
        skipped = f" {count(len(found.skipped), 'other')} left out." if found.skipped else ""
        screen.close(f"{skipped} Case: {visible(str(out))}")
    return screen.tally.exit_code(fail_on, stopped=state == "stopped")


def _judge(case: Case, media: Sequence[Path], screen: Screen, cancel: CancelToken) -> str:
    try:
        if media:
            with working(case, len(media), cancel) as workers:
                Judge(case, workers, screen, cancel).run(media)
    except Cancelled:
        return "stopped"
    return "finished"


@contextmanager
def working(case: Case, most: int, cancel: CancelToken) -> Iterator[Workers]:
    """The workers that a request asks for, at most ``most``."""
    request = case.request
    setup = worker.Setup(request.options, request.formats, request.command, worker.ENGINES, request.max_cpu_s)
    with Workers(min(request.workers or max(1, cores() // 2), most), setup, cancel) as workers:
        yield workers


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def count(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``3 files``."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
