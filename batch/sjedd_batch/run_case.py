"""From a request to a finished case: the story of ``scan``, ``resume`` and ``retry``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sjedd_batch import worker
from sjedd_batch.bars import cancel_on_interrupt
from sjedd_batch.case import Case
from sjedd_batch.discover import Found, find_media
from sjedd_batch.engine import Engine, open_engine
from sjedd_batch.judge import Judge, Watcher
from sjedd_batch.passes import FirstLook, doubtful, quick
from sjedd_batch.remote import Source
from sjedd_batch.request import Request
from sjedd_batch.screen import Screen
from sjedd_video.errors import Cancelled, ExitCode
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
from sjedd_video.report.files import visible

NOTHING = (
    "No video and no picture was found in {}. Files are known by their content; {} skipped, and run.json says why "
    "(see also --include, --exclude, --recursive, --follow-links)."
)


def run_case(
    out: Path, request: Request, screen: Screen, *, fail_on: str | None = None, only: Sequence[Source] | None = None
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
        state = _judge(case, found.media, screen, cancel)
        case.finish(state)
    if not found.media:
        places = ", ".join(visible(str(path)) for path in request.search.paths)
        screen.warn(NOTHING.format(places, count(len(found.skipped), "file was", "files were")))
    else:
        skipped = f" {count(len(found.skipped), 'other')} left out." if found.skipped else ""
        screen.close(f"{skipped} Case: {visible(str(out))}")
    return screen.tally.exit_code(fail_on, stopped=state == "stopped")


def _judge(case: Case, media: Sequence[Source], screen: Screen, cancel: CancelToken) -> str:
    request = case.request
    try:
        if request.two_pass and media:
            _look(case, quick(request.options), media, screen, FirstLook(screen, case), cancel)
            media = doubtful(case, media)
            case.log.say(f"{count(len(media), 'file')} for a closer look")
        if media:
            _look(case, request.options, media, screen, screen, cancel)
    except Cancelled:
        return "stopped"
    return "finished"


def _look(
    case: Case, options: AnalysisOptions, media: Sequence[Source], screen: Screen, watcher: Watcher, cancel: CancelToken
) -> None:
    case.use(options, len(media))
    with screen.start(len(media)), working(case, len(media), cancel) as engine:
        Judge(case, engine, watcher, cancel).run(media)


def working(case: Case, most: int, cancel: CancelToken) -> Engine:
    """Those who judge, as the request asks; at most ``most`` files at a time."""
    request = case.request
    setup = worker.Setup(
        case.options, request.formats, request.command, request.max_cpu_s, worker.ENGINES, worker.DETECTOR
    )
    return open_engine(request.crew, setup, most, cancel)


def count(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``3 files``."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
