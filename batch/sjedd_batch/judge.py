"""Judging the files of a case: what is known is looked up, the rest goes to the workers, copies wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from typing import Protocol

from sjedd_batch.case import Case
from sjedd_batch.reports import write_reports
from sjedd_batch.summary import Row
from sjedd_batch.worker import Answer, Job, answer_of
from sjedd_batch.workers import Done, Workers
from sjedd_video.evidence import hash_file
from sjedd_video.progress import CancelToken

WAIT_S = 0.05
AHEAD = 8
"""Files that are hashed before it is their turn."""


class Watcher(Protocol):
    """What shows the progress of a scan."""

    def begin(self, name: str) -> None:
        """A file begins."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Progress of a file (``sjedd_video.progress.Progress``)."""

    def end(self, row: Row) -> None:
        """A file has its row."""


class Judge:
    """Judges files of one case with one set of workers.

    Args:
        case: Where results go.
        workers: Who works.
        watcher: Shows progress.
        cancel: Stops ``run``; what is done stays done.
    """

    def __init__(self, case: Case, workers: Workers, watcher: Watcher, cancel: CancelToken) -> None:
        self._case, self._workers, self._watcher, self._cancel = case, workers, watcher, cancel
        watcher.begin("model")
        case.model = workers.wait_ready()
        case.log.say(f"model {case.model.name} {case.model.sha256}, detector {case.model.detector}")

    def run(self, media: Sequence[Path]) -> None:
        """Give every file a result.

        Raises:
            ModelError: The model cannot be loaded.
            OutputError: A report or the database cannot be written.
            Cancelled: On request.
        """
        while media:
            copies: list[Path] = []
            for done in self._workers.run(self._jobs(media, copies), self._watcher):
                self._end(done.job.path, self._case.keep(done.job.path, done.answer or self._failed(done)))
                self._case.judged += 1
            # A copy whose original changed before it was judged is still to be judged itself.
            media = [path for path in copies if not self._is_known(path, *_hash(path, self._cancel))]

    def _jobs(self, media: Sequence[Path], copies: list[Path]) -> Iterator[Job | None]:
        """The files that have no result yet; the others get their row from the database.

        Files with the content of one that is under way are put into ``copies``.
        """
        under_way: set[str] = set()
        retry = self._case.request.retry
        for hashed in self._hashed(media):
            if hashed is None:
                yield None
                continue
            path, sha256, size = hashed
            self._watcher.begin(path.name)
            if sha256 in under_way:
                copies.append(path)
            elif not self._is_known(path, sha256, size, retry):
                under_way |= {sha256} - {""}
                yield Job(path, self._case.base(path))
            yield None

    def _hashed(self, media: Sequence[Path]) -> Iterator[tuple[Path, str, int] | None]:
        """Every file with its hash and size, hashed ahead beside the work; None while one is waited for."""
        with ThreadPoolExecutor(1, "hash") as pool:
            ahead: list[tuple[Path, Future[tuple[str, int]]]] = []
            for path in [*media, *[None] * AHEAD]:
                if path is not None:
                    ahead.append((path, pool.submit(_hash, path, self._cancel)))
                while ahead and (len(ahead) >= AHEAD or path is None):
                    try:
                        found = ahead[0][1].result(WAIT_S)
                    except NotYet:
                        self._cancel.raise_if_cancelled()
                        yield None
                        continue
                    yield (ahead.pop(0)[0], *found)

    def _is_known(self, path: Path, sha256: str, size: int, retry: frozenset[str] = frozenset()) -> bool:
        """Give a file the result of its content, if there is one."""
        row = self._case.known(path, sha256, size, retry=retry)
        if row is None:
            return False
        self._case.reused += 1
        self._end(path, row)
        return True

    def _end(self, path: Path, row: Row) -> None:
        verdict = f", {row.band.replace('_', ' ')} support, {row.probability}" if row.band else ""
        details = f" ({row.details})" if row.details else ""
        copied = f", as {row.copy_of}" if row.copy_of else ""
        self._case.log.say(f"{row.outcome}{verdict}{copied}: {path}{details}")
        self._watcher.end(row)

    def _failed(self, done: Done) -> Answer:
        """The answer for a file whose worker died, fell silent or met a defect."""
        from sjedd_video.pipeline import failed_result

        assert done.failure is not None
        assert self._case.model is not None
        request, job = self._case.request, done.job
        result = failed_result(job.path, request.options, self._case.model, *done.failure)
        return answer_of(result, job, write_reports(result, job.base, request.formats, request.command))


def _hash(path: Path, cancel: CancelToken | None = None) -> tuple[str, int]:
    """SHA-256 and size; empty for what is no file or cannot be read, which then gets a result that says so."""
    try:
        return hash_file(path, cancel=cancel) if path.is_file() else ("", 0)
    except (OSError, ValueError):
        return "", 0
