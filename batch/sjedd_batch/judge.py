"""Judging the files of a case: what is known is looked up, the rest goes to the workers, copies wait."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from typing import Protocol

from sjedd_batch.case import Case
from sjedd_batch.engine import Done, Engine
from sjedd_batch.remote import Source, fetched, renamed
from sjedd_batch.reports import write_reports
from sjedd_batch.worker import Answer, Job, answer_of
from sjedd_video.progress import CancelToken
from sjedd_video.report.rows import Row

WAIT_S = 0.05
AHEAD = 8
"""Files that are hashed before it is their turn, at least."""


class Watcher(Protocol):
    """What shows the progress of a scan."""

    def begin(self, name: str) -> None:
        """A file begins."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Progress of a file (``sjedd_video.progress.Progress``)."""

    def end(self, row: Row) -> None:
        """A file has its row."""


class Judge:
    """Judges files of one case with one engine.

    Args:
        case: Where results go.
        engine: Who judges.
        watcher: Shows progress.
        cancel: Stops ``run``; what is done stays done.
    """

    def __init__(self, case: Case, engine: Engine, watcher: Watcher, cancel: CancelToken) -> None:
        self._case, self._engine, self._watcher, self._cancel = case, engine, watcher, cancel
        watcher.begin("model")
        case.model = engine.wait_ready()
        case.log.say(f"model {case.model.name} {case.model.sha256}, detector {case.model.detector}")

    def run(self, media: Sequence[Source]) -> None:
        """Give every file a result.

        Raises:
            ModelError: The model cannot be loaded.
            OutputError: A report or the database cannot be written.
            Cancelled: On request.
        """
        while media:
            copies: list[Source] = []
            for done in self._engine.run(self._jobs(media, copies), self._watcher):
                self._end(done.job.path, self._case.keep(done.job.path, done.answer or self._failed(done)))
                self._case.judged += 1
            # A copy whose original changed before it was judged is still to be judged itself.
            media = [path for path in copies if not self._is_known(path, *self._engine.hash(path, self._cancel))]

    def _jobs(self, media: Sequence[Source], copies: list[Source]) -> Iterator[Job | None]:
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
                yield Job(path, self._case.base(path), size)
            yield None

    def _hashed(self, media: Sequence[Source]) -> Iterator[tuple[Source, str, int] | None]:
        """Every file with its hash and size, hashed ahead beside the work; None while one is waited for."""
        hashers = self._engine.hashers
        most = max(AHEAD, 2 * hashers)
        with ThreadPoolExecutor(hashers, "hash") as pool:
            ahead: list[tuple[Source, Future[tuple[str, int]]]] = []
            for path in [*media, *[None] * most]:
                if path is not None:
                    ahead.append((path, pool.submit(self._engine.hash, path, self._cancel)))
                while ahead and (len(ahead) >= most or path is None):
                    try:
                        found = ahead[0][1].result(WAIT_S)
                    except NotYet:
                        self._cancel.raise_if_cancelled()
                        yield None
                        continue
                    yield (ahead.pop(0)[0], *found)

    def _is_known(self, path: Source, sha256: str, size: int, retry: frozenset[str] = frozenset()) -> bool:
        """Give a file the result of its content, if there is one."""
        row = self._case.known(path, sha256, size, retry=retry)
        if row is None:
            return False
        self._case.reused += 1
        self._end(path, row)
        return True

    def _end(self, path: Source, row: Row) -> None:
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
        try:
            with fetched(job.path) as path:
                result = failed_result(path, self._case.options, self._case.model, *done.failure)
        except OSError:  # it can be fetched no longer: what became of it is still to be said
            result = failed_result(Path(os.devnull), self._case.options, self._case.model, *done.failure)
        result = renamed(result, job.path)
        return answer_of(result, job, write_reports(result, job.base, request.formats, request.command))
