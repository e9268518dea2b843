"""The worker process of a scan: loads its engines once, then takes one file after the other.

The parent's side is ``workers``.
"""

from __future__ import annotations

import signal
import threading
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sjedd_batch.reports import write_reports
from sjedd_batch.summary import Row, row_of
from sjedd_video.errors import SjeddError
from sjedd_video.options import AnalysisOptions

BEAT_S = 0.1
"""Progress is reported at most this often."""
ENGINES = "sjedd_video.pipeline:Engines"
"""``module:class`` whose ``load(options)`` makes the engines of a worker."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a scan needs to know."""

    options: AnalysisOptions
    formats: tuple[str, ...]
    command: str
    engines: str


@dataclass(frozen=True, slots=True)
class Job:
    """A file to analyse and the path of its reports without extension."""

    path: Path
    base: Path


def serve(pipe: Connection, setup: Setup) -> None:
    """Main function of a worker process: load, then answer jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    from importlib import import_module

    module, _, name = setup.engines.partition(":")
    try:
        engines = getattr(import_module(module), name).load(setup.options)
        pipe.send(("ready", engines.facts()))
    except SjeddError as error:
        pipe.send(("error", error))
        return
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(_work(job, setup, engines, pipe))
        except SjeddError as error:
            pipe.send(("error", error))
        except Exception as error:
            # A defect met by one file must not keep the others from being judged; the result names it.
            pipe.send(("failed", "".join(traceback.format_exception_only(error)).strip()))


def _work(job: Job, setup: Setup, engines: Any, pipe: Connection) -> tuple[str, Row, dict[str, Any]]:
    from sjedd_video.decode.process import prestart
    from sjedd_video.pipeline import analyze
    from sjedd_video.report.json_ import to_json

    result = analyze(job.path, setup.options, progress=_Beats(pipe), engines=engines)
    prestart()  # the next file's decoding process loads while the reports are written
    written = write_reports(result, job.base, setup.formats, setup.command)
    return "done", row_of(result, job.path, next(iter(written), None)), to_json(result)


class _Beats:
    """Sends progress to the parent, at most every ``BEAT_S``."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._last = 0.0
        self._lock = threading.Lock()  # hashing reports from a thread of its own

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        with self._lock:
            if time.monotonic() - self._last > BEAT_S:
                self._last = time.monotonic()
                self._pipe.send(("progress", stage, done, total))
