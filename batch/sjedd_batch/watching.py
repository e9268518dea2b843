"""Watching a folder: what arrives there is judged once it is fully written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sjedd_batch.bars import cancel_on_interrupt
from sjedd_batch.case import Case
from sjedd_batch.discover import Found, find_media
from sjedd_batch.judge import Judge
from sjedd_batch.request import Request
from sjedd_batch.run_case import count, working
from sjedd_batch.screen import Screen
from sjedd_video.errors import Cancelled, ExitCode
from sjedd_video.progress import CancelToken
from sjedd_video.report.files import visible

LOOK_S = 5.0
"""The folder is looked through this often even if the system tells of nothing: network disks do not."""

Stamp = tuple[int, int, int]


class Arrivals:
    """Knows which files of a folder are new and have not changed for ``settle`` seconds."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._seen: dict[Path, tuple[Stamp, float]] = {}
        self._given: dict[Path, Stamp] = {}

    def ready(self, media: list[Path], moment: float) -> list[Path]:
        """The files to judge now.

        Args:
            media: All media in the folder.
            moment: Monotonic time in seconds.
        """
        stamps = {path: stamp for path in media if (stamp := _stamp(path)) is not None}
        self._given = {path: stamp for path, stamp in self._given.items() if path in stamps}
        waiting = {path: stamp for path, stamp in stamps.items() if self._given.get(path) != stamp}
        before, self._seen = self._seen, {}
        for path, stamp in waiting.items():
            known = before.get(path)
            self._seen[path] = known if known is not None and known[0] == stamp else (stamp, moment)
        found = [path for path, (_, since) in self._seen.items() if moment - since >= self._settle]
        self._given |= {path: self._seen.pop(path)[0] for path in found}
        return sorted(found)

    @property
    def pending(self) -> bool:
        """Whether files are being waited for."""
        return bool(self._seen)


def watch_folder(out: Path, request: Request, screen: Screen, settle: float) -> ExitCode:
    """Judge what is and what arrives in a folder until stopped; the exit code of a finished scan.

    Raises:
        ModelError: The model cannot be loaded.
        OutputError: The case cannot be written.
    """
    folder = Path(request.search.paths[0])
    with Case(out, request, echo=screen.echo) as case, cancel_on_interrupt() as cancel:
        screen.warn(f"Watching {visible(str(folder))}; Ctrl-C stops.")
        try:
            with working(case, 64, cancel) as engine:
                judge, arrivals = Judge(case, engine, screen, cancel), Arrivals(settle)
                for _ in _wake_ups(folder, out, arrivals, settle, cancel):
                    found = find_media(request.search, out)
                    ready = arrivals.ready([path for path in found.media if isinstance(path, Path)], time.monotonic())
                    if ready:
                        _judge(case, judge, found, ready, screen)
        except Cancelled:
            pass
        case.finish("stopped")
    screen.close(f" Case: {visible(str(out))}")
    return screen.tally.worst


def _judge(case: Case, judge: Judge, found: Found, ready: list[Path], screen: Screen) -> None:
    case.begin(len(found.media), found.skipped)
    with screen.start(len(ready)):
        judge.run(ready)
    case.finish("running")
    screen.warn(f"{count(len(ready), 'file')} done; {sum(screen.tally.counts.values())} in all.")


def _wake_ups(folder: Path, out: Path, arrivals: Arrivals, settle: float, cancel: CancelToken) -> Iterator[None]:
    """Once now, then whenever something changed, a file may have settled, or ``LOOK_S`` went by.

    Raises:
        Cancelled: On request.
    """
    from watchfiles import DefaultFilter, watch

    class NotTheCase(DefaultFilter):
        def __call__(self, change: object, path: str) -> bool:
            return not Path(path).is_relative_to(out.absolute())

    yield None
    changes = watch(
        folder, watch_filter=NotTheCase(), rust_timeout=200, yield_on_timeout=True, debounce=200, step=50,
        raise_interrupt=False,
    )  # fmt: skip
    looked = time.monotonic()
    for changed in changes:
        cancel.raise_if_cancelled()
        due = min(settle, LOOK_S) if arrivals.pending else LOOK_S
        if changed or time.monotonic() - looked >= due:
            looked = time.monotonic()
            yield None
    raise Cancelled


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
