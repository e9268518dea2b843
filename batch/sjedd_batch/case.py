"""A case folder: the database, the reports, the summary and the record of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import sjedd_video
from sjedd_batch.reports import fitting, make_folder, write_reports
from sjedd_batch.summary import Row, counts_of, row_of, write_summary
from sjedd_batch.worker import Job, Setup
from sjedd_batch.workers import Done, Workers
from sjedd_video.errors import Cancelled, OutputError
from sjedd_video.evidence import environment, hash_file
from sjedd_video.progress import CancelToken
from sjedd_video.report.files import encodable
from sjedd_video.store import CaseStore, options_key
from sjedd_video.types import ModelFacts, Outcome, ReasonCode

if TYPE_CHECKING:
    from sjedd_batch.bars import Bars

DATABASE, SUMMARY, RECORD, REPORTS = "case.sqlite", "summary.csv", "run.json", "reports"
AGAIN = {Outcome.CRASHED, Outcome.TIMED_OUT}


class Case:
    """One case folder while a scan writes to it; a context manager.

    Args:
        out: The case folder; created when missing.
        folder: The folder that is scanned.
        setup: Options, formats and command of the run.
        others: Number of files there that are no media.

    Raises:
        OutputError: The folder or its database cannot be written.
    """

    def __init__(self, out: Path, folder: Path, setup: Setup, others: int) -> None:
        make_folder(out)
        self._out, self._folder, self._setup, self._others = out, folder, setup, others
        self._store = CaseStore(out / DATABASE)
        self._started = _now()
        self._rows: dict[Path, Row] = {}
        self._reused = 0
        self._model: ModelFacts | None = None
        self._record("running")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.__exit__(kind, error, trace)
        if kind is not None:
            self._record("failed")

    def scan(self, media: Sequence[Path], workers: int, bars: Bars, cancel: CancelToken, *, retry: bool) -> list[Row]:
        """Judge ``media`` and write summary and record, also when stopped on request.

        Args:
            media: The files, in the order of the summary.
            workers: Number of worker processes.
            bars: Shows progress.
            cancel: Stops the scan; what is done stays done.
            retry: Judge crashed and timed out files again.

        Raises:
            ModelError: The model cannot be loaded.
            OutputError: A report or the database cannot be written.
        """
        state = "finished"
        try:
            if media:
                self._run(media, workers, bars, cancel, retry)
        except Cancelled:
            state = "stopped"
        rows = [self._rows[path] for path in media if path in self._rows]
        _write(lambda: write_summary(rows, self._out / SUMMARY), self._out / SUMMARY)
        self._record(state)
        return rows

    def _run(self, media: Sequence[Path], count: int, bars: Bars, cancel: CancelToken, retry: bool) -> None:
        with Workers(count, self._setup, cancel) as workers:
            bars.begin("model")
            self._model = workers.wait_ready()
            while media:
                copies: list[Path] = []
                for done in workers.run(self._jobs(media, copies, bars, cancel, retry), bars):
                    self._finish(done)
                    bars.end()
                # A copy whose original changed before it was judged is still to be judged itself.
                media = [path for path in copies if not self._is_settled(path, bars, cancel)]

    def _is_settled(self, path: Path, bars: Bars, cancel: CancelToken) -> bool:
        """Give a copy the result of its original, if there is one for this content."""
        row = self._known(path, *_hash(path, cancel), retry=False)
        if row is not None:
            self._rows[path] = row
            bars.end()
        return row is not None

    def _jobs(
        self, media: Sequence[Path], copies: list[Path], bars: Bars, cancel: CancelToken, retry: bool
    ) -> Iterator[Job]:
        """The files that have no result yet; the others get their row from the database.

        Files with the content of one that is under way are put into ``copies``.
        """
        under_way: set[str] = set()
        for path in media:
            cancel.raise_if_cancelled()
            bars.begin(path.name)
            sha256, size = _hash(path, cancel)
            known = self._known(path, sha256, size, retry)
            if known is not None:
                self._rows[path] = known
                self._reused += 1
                bars.end()
            elif sha256 in under_way:
                copies.append(path)
            else:
                under_way |= {sha256} - {""}
                yield Job(path, self._base(path))

    def _known(self, path: Path, sha256: str, size: int, retry: bool) -> Row | None:
        found = self._store.find(sha256, self._key) if sha256 else None
        if found is None or (retry and Outcome(found["row"]["outcome"]) in AGAIN):
            return None
        name = encodable(str(path))
        self._store.link(name, size, sha256, self._key)
        return Row(**{**found["row"], "file": name})

    def _finish(self, done: Done) -> None:
        row, document = (done.row, done.document) if done.failure is None else self._failed(done)
        assert row is not None
        assert document is not None
        self._rows[done.job.path] = row
        # What was said of a file that changed meanwhile is not said of that content.
        if row.sha256 and ReasonCode.FILE_CHANGED not in row.reasons.split():
            stored = {"row": asdict(row), "result": document}
            size = int(document["evidence"]["size"])
            self._store.save(row.file, size, row.sha256, self._key, row.outcome, stored)

    def _failed(self, done: Done) -> tuple[Row, dict[str, Any]]:
        """The result of a file whose worker died or fell silent."""
        from sjedd_video.pipeline import failed_result
        from sjedd_video.report.json_ import to_json

        assert done.failure is not None
        assert self._model is not None
        outcome, reason = done.failure
        result = failed_result(done.job.path, self._setup.options, self._model, outcome, reason)
        written = write_reports(result, done.job.base, self._setup.formats, self._setup.command)
        return row_of(result, done.job.path, next(iter(written), None)), to_json(result)

    def _base(self, path: Path) -> Path:
        """Where the reports of a file go: the tree of the folder is kept, so that no two files share a name."""
        inside = path.relative_to(self._folder)
        return self._out / REPORTS / inside.with_name(fitting(inside.name))

    @property
    def _key(self) -> str:
        assert self._model is not None
        model = self._model
        return options_key(self._setup.options, model.sha256, model.detector_sha256, sjedd_video.__version__)

    def _record(self, state: str) -> None:
        """Write ``run.json``: how this case was made, so that somebody else can make it again."""
        rows = [self._rows[path] for path in sorted(self._rows)]
        summary = self._out / SUMMARY
        record = {
            "state": state,
            "program": {"name": "sjedd-video", "version": sjedd_video.__version__},
            "command": encodable(self._setup.command),
            "folder": encodable(str(self._folder.absolute())),
            "started": self._started,
            "finished": None if state == "running" else _now(),
            "options": self._setup.options.model_dump(mode="json"),
            "model": None if self._model is None else {"name": self._model.name, "sha256": self._model.sha256},
            "environment": environment(),
            "counts": {**counts_of(rows), "other_files": self._others, "from_earlier_runs": self._reused},
            "summary_sha256": _hash(summary)[0] if state != "running" else None,
            "files": [
                {"path": row.file, "sha256": row.sha256, "outcome": row.outcome, "report": row.report} for row in rows
            ],
        }
        target = self._out / RECORD
        partial = target.with_name(RECORD + ".part")
        text = json.dumps(record, indent=2, ensure_ascii=False)
        _write(lambda: partial.write_text(text, "utf-8") and partial.replace(target), target)


def _hash(path: Path, cancel: CancelToken | None = None) -> tuple[str, int]:
    """SHA-256 and size; empty for a file that cannot be read, which then gets a result that says so."""
    try:
        return hash_file(path, cancel=cancel)
    except OSError:
        return "", 0


def _write(action: Any, target: Path) -> None:
    try:
        action()
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}.", "Check the disk.") from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
