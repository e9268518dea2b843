"""The worker process of a scan: loads its engines once, then takes one file after the other.

The parent's side is ``workers``.
"""

from __future__ import annotations

import errno
import os
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sjedd_batch.limits import confine, limit_memory, limit_processor
from sjedd_batch.remote import Source, fetched, renamed
from sjedd_batch.reports import write_reports
from sjedd_video.errors import ModelError, OutputError, SjeddError
from sjedd_video.evidence import hash_file
from sjedd_video.options import AnalysisOptions
from sjedd_video.parent import end_with_parent
from sjedd_video.report.rows import Row, row_of, thumbnail
from sjedd_video.types import AnalysisResult, Outcome, Reason, ReasonCode

BEAT_S = 0.1
"""Progress is reported at most this often."""
ENGINES = "sjedd_video.pipeline:Engines"
"""``module:class`` whose ``load(options)`` makes the engines of a worker."""
DETECTOR = "sjedd_video.faces.detect:build_detector"
"""``module:function`` that makes the detector alone, of a worker whose parent scores the faces."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a scan needs to know."""

    options: AnalysisOptions
    formats: tuple[str, ...]
    command: str
    max_cpu_s: float
    engines: str
    detector: str
    asks: bool = False
    """Whether its parent scores the faces."""
    scratch: str = ""
    """Folder for what must be fetched; its parent removes what a dead worker leaves there."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to analyse, the path of its reports without extension, and its size in bytes, as far as it is known."""

    path: Source
    base: Path
    size: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job.

    Attributes:
        row: The file in the summary.
        document: The JSON report.
        size: Bytes of the file.
        reports: Path and SHA-256 of each report.
        thumbnail: The decisive face as JPEG, if there is one.
    """

    row: Row
    document: dict[str, Any]
    size: int
    reports: dict[str, str] = field(default_factory=dict)
    thumbnail: bytes | None = None


def serve(pipe: Connection, setup: Setup) -> None:
    """Main function of a worker process: load, then answer jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    confine()
    end_with_parent()
    try:
        engines = _load(setup, pipe)
    except SjeddError as error:
        pipe.send(("error", error))
        return
    model = engines.facts()
    pipe.send(("ready", model))
    if setup.asks or "CPU" in model.provider:  # drivers of graphics cards map more than there is
        limit_memory(setup.options.max_memory_mb)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        limit_processor(setup.max_cpu_s)
        pipe.send(_answer(job, setup, engines, pipe))


def _load(setup: Setup, pipe: Connection) -> Any:
    try:
        if not setup.asks:
            return named(setup.engines).load(setup.options)
        from sjedd_batch.scoring import AskingScorer
        from sjedd_video.engines import Engines

        return Engines(named(setup.detector)(setup.options), AskingScorer(pipe))
    except MemoryError as error:
        advice = "Use fewer --workers, or close other programs."
        raise ModelError("There is not enough memory to load the model.", advice) from error


def named(name: str) -> Any:
    """What ``module:attribute`` names."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def _answer(job: Job, setup: Setup, engines: Any, pipe: Connection) -> tuple[Any, ...]:
    """The message about a job. A defect met by one file must not keep the others from being judged."""
    try:
        return "done", _work(job, setup, engines, pipe)
    except MemoryError:
        words = "the worker process reached its memory limit"
        return "failed", Outcome.CRASHED, Reason(ReasonCode.OUT_OF_MEMORY, words)
    except OutputError as error:
        if getattr(error.__cause__, "errno", None) != errno.EFBIG:
            return "error", error
        return "failed", Outcome.CRASHED, Reason(ReasonCode.WORKER_CRASHED, error.message)
    except SjeddError as error:
        return "error", error
    except Exception as error:
        words = "".join(traceback.format_exception_only(error)).strip()
        return "failed", Outcome.CRASHED, Reason(ReasonCode.WORKER_CRASHED, words)


def _work(job: Job, setup: Setup, engines: Any, pipe: Connection) -> Answer:
    from sjedd_video.decode.process import prestart
    from sjedd_video.pipeline import analyze, failed_result

    beats = _Beats(pipe)
    try:
        with fetched(job.path, beats, setup.scratch or None) as path:
            result = renamed(analyze(path, setup.options, progress=beats, engines=engines), job.path)
    except OSError as error:
        reason = Reason(ReasonCode.NOT_READABLE, f"cannot be fetched: {error}")
        missing = failed_result(Path(os.devnull), setup.options, engines.facts(), Outcome.UNREADABLE, reason)
        result = renamed(missing, job.path)
    prestart()  # the next file's decoding process loads while the reports are written
    return answer_of(result, job, write_reports(result, job.base, setup.formats, setup.command))


def answer_of(result: AnalysisResult, job: Job, reports: Sequence[Path]) -> Answer:
    """The answer for a result and the reports that were written of it."""
    from sjedd_video.report.json_ import to_json

    row = row_of(result, str(job.path), next(iter(reports), None))
    hashes = {str(path): hash_file(path)[0] for path in reports}
    return Answer(row, to_json(result), result.evidence.size, hashes, thumbnail(result))


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
