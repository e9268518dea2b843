"""Worker processes of an extraction: each writes whole shards, and one that dies costs the file it died of.

A worker notes which file it reads. When it dies, that file becomes an outcome and its shard is begun again without it.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_training.data.faces import ExtractOptions, FaceReader, FileOutcome, single_threaded_reader
from sjedd_training.data.layouts import Item
from sjedd_training.data.shards import FileReport, ShardWriter, shard_path
from sjedd_video.errors import OutputError, SjeddError
from sjedd_video.parent import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

POLL_S = 0.5
Tell = Callable[[], None]
"""Called often, so that progress can be shown."""


@dataclass(frozen=True)
class Job:
    """One shard to write; the files at the positions ``crashed`` ended a worker before and are not read again."""

    folder: Path
    number: int
    items: tuple[Item, ...]
    crashed: frozenset[int] = frozenset()

    @property
    def mark(self) -> Path:
        """File that holds the position of the input file under way."""
        return shard_path(self.folder, self.number, ".at")


def write_shard(job: Job, reader: FaceReader) -> None:
    """Write one shard.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        with ShardWriter(job.folder, job.number) as writer:
            for position, item in enumerate(job.items):
                job.mark.write_text(str(position), encoding="ascii")
                crashed = "A worker process died of it." if position in job.crashed else ""
                writer.end(_failed(item, crashed) if crashed else _read(item, reader, writer))
        job.mark.unlink(missing_ok=True)
    except OSError as error:
        message = f"{shard_path(job.folder, job.number, '')}: cannot be written: {error.strerror}."
        raise OutputError(message, "Make room, then run the same command again.") from error


def _read(item: Item, reader: FaceReader, writer: ShardWriter) -> FileReport:
    try:
        return reader.read(item, writer)
    except (OSError, SjeddError):
        raise
    except Exception as error:
        # A defect met by one file must not keep the others from being read; the outcome names it.
        writer.forget()
        return _failed(item, "".join(traceback.format_exception_only(error)).strip())


def _failed(item: Item, why: str) -> FileReport:
    return FileReport.of(item, "", FileOutcome.CRASHED, why, 0, 0)


def run_jobs(jobs: Sequence[Job], options: ExtractOptions, workers: int, tell: Tell) -> None:
    """Write shards in worker processes.

    Raises:
        SjeddError: A worker died before it read a file, or something else than a file is at fault.
    """
    left = deque(jobs)
    crew: list[_Worker] = []
    try:
        while left or any(worker.job for worker in crew):
            if left and len(crew) < workers:
                crew.append(_Worker(options, left.popleft()))
                continue
            for pipe in wait([worker.pipe for worker in crew if worker.job], POLL_S):
                worker = next(worker for worker in crew if worker.pipe is pipe)
                job = worker.finish()
                if job is not None or left:
                    worker.give(left.popleft() if job is None else job)
            tell()
    finally:
        for worker in crew:
            worker.stop()


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, options: ExtractOptions, job: Job) -> None:
        self._options = options
        self.job: Job | None = None
        self._start()
        self.give(job)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, self._options), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, job: Job) -> None:
        """Give it a job. A worker that just died is noticed when it is next listened to."""
        job.mark.unlink(missing_ok=True)
        self.job = job
        with suppress(OSError):
            self.pipe.send(job)

    def finish(self) -> Job | None:
        """Take note of the end of its job; if the worker died of it, start another and return what is to be repeated.

        Raises:
            SjeddError: It died before it read a file, or sent an error.
        """
        job, self.job = self.job, None
        assert job is not None
        try:
            error = self.pipe.recv()
        except (EOFError, OSError):
            if not job.mark.is_file():
                raise SjeddError("A worker process died before it read a file.", "Try --workers 0.") from None
            self.stop()
            self._start()
            return replace(job, crashed=job.crashed | {int(job.mark.read_text(encoding="ascii"))})
        if error is not None:
            raise error
        return None

    def stop(self) -> None:
        """End the process; its decoding process follows it."""
        self.pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, options: ExtractOptions) -> None:
    """Main function of a worker process: load the networks once, then write shards until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    end_with_parent()
    try:
        reader = single_threaded_reader(options)
        while True:
            write_shard(pipe.recv(), reader)
            pipe.send(None)
    except EOFError:
        return
    except SjeddError as error:
        pipe.send(error)
    except Exception as error:
        text = "".join(traceback.format_exception(error)).strip()
        pipe.send(SjeddError(f"A worker process met a defect of this program: {text}", "Please report it."))
