"""The worker process of a scan: loads its engines once, then takes one file after the other.

The parent's side is ``workers``.
"""

from __future__ import annotations

import errno
import hashlib
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sjedd_batch.limits import confine, end_with_parent, limit_memory, limit_processor
from sjedd_batch.reports import write_reports
from sjedd_batch.summary import Row, row_of
from sjedd_video.errors import ModelError, OutputError, SjeddError
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import AnalysisResult, Outcome, Reason, ReasonCode

BEAT_S = 0.1
"""Progress is reported at most this often."""
ENGINES = "sjedd_video.pipeline:Engines"
"""``module:class`` whose ``load(options)`` makes the engines of a worker."""
THUMBNAIL = 112
"""Side in pixels of the picture that a case keeps of each file."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a scan needs to know."""

    options: AnalysisOptions
    formats: tuple[str, ...]
    command: str
    engines: str
    max_cpu_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """A file to analyse and the path of its reports without extension."""

    path: Path
    base: Path


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
        engines = _load(setup)
    except SjeddError as error:
        pipe.send(("error", error))
        return
    model = engines.facts()
    pipe.send(("ready", model))
    if "CPU" in model.provider:  # drivers of graphics cards map more than there is
        limit_memory(setup.options.max_memory_mb)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        limit_processor(setup.max_cpu_s)
        pipe.send(_answer(job, setup, engines, pipe))


def _load(setup: Setup) -> Any:
    from importlib import import_module

    module, _, name = setup.engines.partition(":")
    try:
        return getattr(import_module(module), name).load(setup.options)
    except MemoryError as error:
        advice = "Use fewer --workers, or close other programs."
        raise ModelError("There is not enough memory to load the model.", advice) from error


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
    from sjedd_video.pipeline import analyze

    result = analyze(job.path, setup.options, progress=_Beats(pipe), engines=engines)
    prestart()  # the next file's decoding process loads while the reports are written
    return answer_of(result, job, write_reports(result, job.base, setup.formats, setup.command))


def answer_of(result: AnalysisResult, job: Job, reports: Sequence[Path]) -> Answer:
    """The answer for a result and the reports that were written of it."""
    from sjedd_video.report.json_ import to_json

    row = row_of(result, job.path, next(iter(reports), None))
    hashes = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in reports}
    return Answer(row, to_json(result), result.evidence.size, hashes, _thumbnail(result))


def _thumbnail(result: AnalysisResult) -> bytes | None:
    if not result.exhibits:
        return None
    import io

    from PIL import Image

    picture, file = Image.fromarray(result.exhibits[0].crop), io.BytesIO()
    picture.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS).save(file, "JPEG", quality=85)
    return file.getvalue()


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
