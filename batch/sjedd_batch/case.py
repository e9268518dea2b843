"""A case folder while somebody writes to it: the database, the reports, the summary and the record of the run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sjedd_video
from sjedd_batch.case_files import LOG, RECORD, REPORTS, SUMMARY, SUMMARY_PDF, RunLog, now, tidy
from sjedd_batch.remote import Source, source_of
from sjedd_batch.reports import fitting
from sjedd_batch.request import Request, pack
from sjedd_batch.summary import row_of_entry, write_summary
from sjedd_batch.worker import Answer
from sjedd_video.errors import SjeddError
from sjedd_video.evidence import environment, hash_file
from sjedd_video.options import AnalysisOptions
from sjedd_video.place import DATABASE, LOCK, lock, without_passwords
from sjedd_video.report.files import encodable, made_folder, written
from sjedd_video.report.rows import Row
from sjedd_video.store import CaseStore, options_key
from sjedd_video.types import ModelFacts, ReasonCode

SHORT = 12
"""Digits of a key that a row shows."""


class Case:
    """One case folder, opened for one run; a context manager that nobody else can open meanwhile.

    Args:
        out: The case folder; created when missing.
        request: What is asked.
        echo: Sees every line of the log.

    Raises:
        OutputError: The folder or its database cannot be written, is damaged, or is in use.
    """

    def __init__(self, out: Path, request: Request, *, echo: Callable[[str], None] | None = None) -> None:
        made_folder(out)
        self.out, self.request = out, request
        self.options, self._settled = request.options, tuple[AnalysisOptions, ...]()
        self._passes: list[dict[str, Any]] = []
        self._started = now()
        self._run: int | None = None
        self.model: ModelFacts | None = None
        self.found, self.skipped, self.reused, self.judged = 0, 0, 0, 0
        with ExitStack() as opened:
            opened.enter_context(closing(lock(out / LOCK)))
            tidy(out)
            self.log = opened.enter_context(closing(RunLog(out / LOG, echo)))
            self.store = opened.enter_context(CaseStore(request.case_db or out / DATABASE))
            self._home = _home(self.store, request)
            self.log.say(f"sjedd-video {sjedd_video.__version__}: {request.command}")
            self._record("running")
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with suppress(SjeddError, OSError):  # the disk may be what failed
                self.log.say(f"ended early: {error}")
                self._record("failed")
        self._opened.close()

    @property
    def key(self) -> str:
        """The key of the options in use, of the model and the version."""
        return self.key_of(self.options)

    def key_of(self, options: AnalysisOptions) -> str:
        """The key of other options with this run's model and version."""
        assert self.model is not None
        return options_key(options, self.model.sha256, self.model.detector_sha256, sjedd_video.__version__)

    def is_of(self, row: Row, options: AnalysisOptions) -> bool:
        """Whether a row is of these options."""
        return row.options == self.key_of(options)[:SHORT]

    def use(self, options: AnalysisOptions, files: int) -> None:
        """Judge by these options from now on, so many files; what the request asks for counts as known, too."""
        self.options = options
        self._settled = () if options == self.request.options else (self.request.options,)
        self._passes.append({"sampling": options.sampling, "files": files})

    def begin(self, found: int, skipped: list[tuple[Source, str]]) -> None:
        """Note how many files are to be judged, and what is left out."""
        self.found, self.skipped = found, len(skipped)
        self.store.set_skipped((str(path), encodable(why)) for path, why in skipped)
        for path, why in skipped:
            self.log.say(f"skipped {path}: {why}")
        self.log.say(f"{found} files to judge, {len(skipped)} skipped")
        self._record("running")

    def base(self, path: Source) -> Path:
        """Where the reports of a file go, without an ending; no two files of a case share it."""
        if isinstance(path, Path) and self._home is not None and path.is_relative_to(self._home):
            inside = path.relative_to(self._home)
        else:
            folder = str(path.parent) if isinstance(path, Path) else path.folder
            name = fitting(folder.rpartition(os.sep if isinstance(path, Path) else "/")[2])
            inside = Path(f"{name}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}", path.name)
        return self.out / REPORTS / inside.with_name(fitting(inside.name))

    def known(self, path: Source, sha256: str, size: int, *, retry: frozenset[str] = frozenset()) -> Row | None:
        """The row of a file whose content was judged before with the same options, or None.

        A result counts only while its reports are there as they were written.
        """
        for key in map(self.key_of, (*self._settled, self.options)):
            summary = self.store.summary(sha256, key) if sha256 else None
            if summary is None:
                continue
            if summary["row"]["outcome"] in retry:
                return None
            if self._has_reports(summary["reports"]):
                self.store.link(str(path), size, sha256, key)
                return self._row(path)
            self.log.say(f"judging {path} again: a report is missing or altered")
        return None

    def keep(self, path: Source, answer: Answer) -> Row:
        """Store what came of a file; its row."""
        row = answer.row
        reports = {self._inside(path): sha256 for path, sha256 in answer.reports.items()}
        row = replace(row, report=self._inside(row.report) if row.report else "", options=self.key[:SHORT])
        # What was said of a file that changed meanwhile is not said of that content.
        sha256 = "" if ReasonCode.FILE_CHANGED in row.reasons.split() else row.sha256
        summary = {"row": asdict(row), "reports": reports}
        self.store.save(
            str(path), answer.size, sha256, self.key, row.outcome, answer.document, summary=summary,
            thumbnail=answer.thumbnail,
        )  # fmt: skip
        return row

    def rows(self) -> Iterator[Row]:
        """A row for every file of the case, in order of path."""
        return (row_of_entry(entry) for entry in self.store.entries())

    def finish(self, state: str) -> None:
        """Write summary and record.

        Args:
            state: ``finished`` or ``stopped``.

        Raises:
            OutputError: One cannot be written.
        """
        from sjedd_batch.case_report import write_case_report

        write_summary(self.rows(), self.out / SUMMARY)
        self._record(state)
        record = self.store.last_run()
        assert record is not None
        write_case_report(self.store, record, self.out / SUMMARY_PDF)
        self._record(state)
        self.log.say(f"{state}: {self.judged} judged now, {self.reused} known before, {self.skipped} skipped")
        self.log.say(f"SHA-256 of {RECORD}: {hash_file(self.out / RECORD)[0]}")

    def skipped_before(self) -> list[tuple[Source, str]]:
        """What the last search left out."""
        return [(source_of(path), why) for path, why in self.store.skipped()]

    def _row(self, path: Source) -> Row:
        entry = self.store.entry(str(path))
        assert entry is not None
        return row_of_entry(entry)

    def _inside(self, path: str) -> str:
        return Path(path).relative_to(self.out).as_posix()

    def _has_reports(self, reports: dict[str, str]) -> bool:
        there = {Path(name).suffix[1:] for name in reports}
        if not there.issuperset(self.request.formats):
            return False
        try:
            return all(hash_file(self.out / name)[0] == sha256 for name, sha256 in reports.items())
        except OSError:
            return False

    def _record(self, state: str) -> None:
        """Store the run and write ``run.json``: how this case was made, so that somebody else can make it again."""
        request, model = self.request, self.model
        record = {
            "state": state,
            "program": {"name": "sjedd-video", "version": sjedd_video.__version__},
            "command": request.command,
            "request": pack(request),
            "database": DATABASE if request.case_db is None else without_passwords(request.case_db),
            "home": None if self._home is None else str(self._home),
            "started": self._started,
            "finished": None if state == "running" else now(),
            "options_key": None if model is None else self.key_of(request.options),
            "passes": self._passes,
            "model": None if model is None else _model(model),
            "environment": environment(),
            "counts": self._counts(),
            "summary_sha256": {name: _hash(self.out / name) for name in (SUMMARY, SUMMARY_PDF)},
        }
        self._run = self.store.save_run(record, self._run)
        shown = record | {"skipped": self._skipped(), "duplicates": self._duplicates() if state != "running" else []}
        text = json.dumps(_encodable(shown), indent=2, ensure_ascii=False, allow_nan=False)
        with written(self.out / RECORD) as file:
            file.write(text.encode() + b"\n")

    def _counts(self) -> dict[str, Any]:
        own = {"found": self.found, "skipped": self.skipped, "judged_now": self.judged, "known_before": self.reused}
        return own | {"outcomes": self.store.counts()}

    def _skipped(self) -> list[dict[str, str]]:
        return [{"path": path, "why": why} for path, why in self.store.skipped()]

    def _duplicates(self) -> list[dict[str, str]]:
        copies = (entry for entry in self.store.entries() if entry.original != entry.path)
        return [{"path": entry.path, "copy_of": entry.original, "sha256": entry.sha256} for entry in copies]


def _home(store: CaseStore, request: Request) -> Path | None:
    """The folder whose tree ``reports/`` mirrors: that of the first scan, if it was of one folder."""
    before = store.last_run()
    if before is not None:
        return None if before.get("home") is None else Path(before["home"])
    paths = request.search.paths
    top = paths[0].absolute() if len(paths) == 1 and isinstance(paths[0], Path) else None
    return top if top is not None and top.is_dir() else None


def _model(model: ModelFacts) -> dict[str, str]:
    names = ("name", "sha256", "detector", "detector_sha256", "backend", "provider", "licence")
    return {name: getattr(model, name) for name in names}


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value


def _hash(path: Path) -> str | None:
    try:
        return hash_file(path)[0]
    except OSError:
        return None
