"""The analysis process: analyses files and writes reports for the window, one job at a time.

It reads one JSON request a line from standard input and answers with one JSON message a line on standard output;
results go through files on the window's ``Shelf``, which it moves into the case. When standard input ends, the window
is gone and so is this process. Without Qt, so that it starts quickly.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Protocol

from sjedd_video.errors import Cancelled, SjeddError
from sjedd_video.progress import CancelToken, Progress

if TYPE_CHECKING:
    from sjedd_video.options import AnalysisOptions
    from sjedd_video.pipeline import Engines
    from sjedd_video.types import AnalysisResult

FLAG = "--sjedd-gui-child"
"""First argument of a frozen application that is to act as this process."""
ANALYZE = "sjedd_gui.work.child:analyze"
"""The analysis that runs unless the window names another one."""
PROGRESS_SECONDS = 0.05
GRACE_SECONDS = 5.0
"""Time to end in good order once the window is gone."""
NICE = 5
"""Priority below that of the window, as ``nice`` counts; the decoder that this process starts inherits it."""
DEFECT_ADVICE = "This is a defect of the program. Please report it with the details below."


class AnalyzeFunction(Protocol):
    """What ``ANALYZE`` names."""

    def __call__(
        self, path: Path, options: AnalysisOptions, *, progress: Progress, cancel: CancelToken
    ) -> AnalysisResult:
        """Analyse one file, see ``sjedd_video.pipeline.analyze``."""


def analyze(path: Path, options: AnalysisOptions, *, progress: Progress, cancel: CancelToken) -> AnalysisResult:
    """Analyse a file with engines that stay loaded from one file to the next."""
    from sjedd_video import pipeline
    from sjedd_video.decode.sandbox import prestart

    prestart()
    return pipeline.analyze(path, options, progress=progress, cancel=cancel, engines=_engines(options))


@lru_cache(maxsize=1)
def _engines(options: AnalysisOptions) -> Engines:
    from sjedd_video.pipeline import Engines

    return Engines.load(options)


class Messages:
    """Messages to the window; ``__call__`` is the progress of the current job."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink, self._lock = sink, threading.Lock()
        self.job = 0
        self._stage, self._sent = "", 0.0

    def begin(self, job: int) -> None:
        """Messages are about this job from now on."""
        self.job, self._stage = job, ""

    def send(self, kind: str, **values: Any) -> None:
        """Send a message about the current job."""
        line = json.dumps({"type": kind, "job": self.job, **values}).encode()
        with self._lock:
            self._sink.write(line + b"\n")
            self._sink.flush()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Pass progress on, but not more often than anybody can read."""
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._sent < PROGRESS_SECONDS:
            return
        self._stage, self._sent = stage, now
        self.send("progress", stage=stage, done=done, total=total)


class Requests:
    """Requests of the window, read by a thread so that a cancel request reaches the job that runs."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._jobs: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._tokens: dict[int, CancelToken] = {}
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self) -> tuple[dict[str, Any], CancelToken] | None:
        """Wait for the next job; None when the window is gone."""
        request = self._jobs.get()
        return None if request is None else (request, self._tokens[request["job"]])

    def forget(self, job: int) -> None:
        """Drop the token of a job that ended."""
        self._tokens.pop(job, None)

    def _read(self) -> None:
        for line in self._source:
            request = json.loads(line)
            if request["type"] == "cancel":
                token = self._tokens.get(request["job"])
                if token is not None:
                    token.cancel()
            else:
                self._tokens[request["job"]] = CancelToken()
                self._jobs.put(request)
        for token in list(self._tokens.values()):
            token.cancel()
        self._jobs.put(None)
        time.sleep(GRACE_SECONDS)
        os._exit(1)  # stuck in a library: nobody is left to wait for it


def main(arguments: list[str] | None = None) -> None:
    """Serve until standard input ends. ``arguments``: the analysis function as ``module:name``."""
    _step_back()
    module, _, name = (arguments or sys.argv[1:] or [ANALYZE])[-1].partition(":")
    messages = Messages(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # a library that prints to standard output must not break the protocol
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then ends this process
    function: AnalyzeFunction = getattr(import_module(module), name)
    # Unbuffered: the thread that waits here would hold a buffer's lock when the interpreter ends.
    requests = Requests(os.fdopen(os.dup(0), "rb", buffering=0))
    while (request := requests.next()) is not None:
        messages.begin(request[0]["job"])
        _serve(*request, function, messages)
        requests.forget(messages.job)


def _step_back() -> None:
    """Let the window, and all else that the user does, go first where the processors are not enough for all."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def _serve(request: dict[str, Any], token: CancelToken, function: AnalyzeFunction, messages: Messages) -> None:
    from sjedd_gui.work.child_exports import write_export

    try:
        if request["type"] == "analyze":
            messages.send("done", value=_analyze(request, token, function, messages))
        else:
            write_export(request, token, messages)
            messages.send("done", value=None)
    except Cancelled:
        messages.send("cancelled")
    except SjeddError as error:
        messages.send("failed", message=error.message, advice=error.advice)
    except Exception as error:
        message = "The program failed: " + "".join(traceback.format_exception_only(error)).strip()
        messages.send("failed", message=message, advice=DEFECT_ADVICE, details=traceback.format_exc())


def _analyze(
    request: dict[str, Any], token: CancelToken, function: AnalyzeFunction, messages: Messages
) -> dict[str, Any]:
    """Analyse a file, and keep the result in a parcel for the window; what the list shows of it."""
    from sjedd_video.casework import Casework
    from sjedd_video.options import AnalysisOptions
    from sjedd_video.store import CaseStore

    token.raise_if_cancelled()
    options = AnalysisOptions.parse(request["options"])
    result = function(Path(request["path"]), options, progress=messages, cancel=token)
    with CaseStore(Path(request["parcel"])) as parcel:
        Casework(parcel).keep(result)
    verdict = result.verdict
    if verdict is None:
        return {"tone": result.outcome.value, "probability": None}
    return {"tone": verdict.band.value, "probability": verdict.probability}


if __name__ == "__main__":
    main()
