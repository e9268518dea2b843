"""The case database: which files were analysed with which options, and the result documents.

SQLite by default, PostgreSQL by URL. A result is keyed by the content of the file (SHA-256) and by everything that
could change the answer (options, model, version), so that a scan can go on where it stopped, and a copy of a file
under another name is not analysed twice. A result that speaks of no content (the file could not be read, or changed
meanwhile) belongs to its path alone and is never used for another file.

Paths are kept as the bytes the system gave, whatever they are; a digest over every result tells a damaged one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from sjedd_video.case_database import CaseDatabase
from sjedd_video.case_tables import File, Result, Run, Skipped
from sjedd_video.options import AnalysisOptions

PAGE = 200
"""Entries that are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the case and what is said of it.

    Attributes:
        path: The file, as the system names it (``os.fsdecode``).
        size: Bytes.
        sha256: Hash of its content; empty when it could not be read or changed meanwhile.
        options_key: See ``options_key``.
        outcome: See ``sjedd_video.types.Outcome``.
        finished: When it was judged, ISO 8601 UTC.
        original: The file that was judged; another one than ``path`` for a copy.
        summary: What the front end stored beside the document.
    """

    path: str
    size: int
    sha256: str
    options_key: str
    outcome: str
    finished: str
    original: str
    summary: dict[str, Any]


def options_key(options: AnalysisOptions, model_sha256: str, detector_sha256: str, version: str) -> str:
    """SHA-256 over all that may change the answer for a file: options, weights and program version."""
    parts = [options.model_dump(mode="json"), model_sha256, detector_sha256, version]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class CaseStore(CaseDatabase):
    """Files and results of one case; a context manager, opened as ``CaseDatabase`` says."""

    def find(self, sha256: str, key: str) -> dict[str, Any] | None:
        """The stored document of a file with this content under these options, or None."""
        with self.session() as session:
            row = find_result(session, sha256, key)
            return None if row is None else self._document(row)

    def summary(self, sha256: str, key: str) -> dict[str, Any] | None:
        """The stored summary of a file with this content under these options, or None."""
        with self.session() as session:
            row = find_result(session, sha256, key)
            return None if row is None else dict(json.loads(self._intact(row).summary))

    def save(
        self,
        path: str,
        size: int,
        sha256: str,
        key: str,
        outcome: str,
        document: dict[str, Any],
        *,
        summary: dict[str, Any] | None = None,
        thumbnail: bytes | None = None,
    ) -> None:
        """Store the result of a file, replacing an earlier one of the same content and options.

        Args:
            path: The file.
            size: Bytes.
            sha256: Hash of its content; empty for a result that speaks of no content.
            key: See ``options_key``.
            outcome: What became of it.
            document: The result.
            summary: A few values that a list of all files shows.
            thumbnail: A small JPEG.

        Raises:
            OutputError: The database does not take it.
        """
        with self.session() as session:
            row = find_result(session, sha256, key) if sha256 else None
            row = row or Result(sha256=sha256 or None, options_key=key)
            row.path, row.outcome, row.thumbnail = os.fsencode(path), outcome, thumbnail
            row.document, row.summary = json.dumps(document, allow_nan=False), json.dumps(summary or {})
            row.finished = datetime.now(UTC).isoformat(timespec="seconds")
            row.document_digest = _sha256(row.document)
            row.digest = _digest(row)
            session.add(row)
            session.flush()
            point(session, path, size, row.id)

    def link(self, path: str, size: int, sha256: str, key: str) -> None:
        """Note that ``path`` has the content of a stored result.

        Raises:
            OutputError: The database does not take it.
            KeyError: There is no such result.
        """
        with self.session() as session:
            row = find_result(session, sha256, key)
            if row is None:
                raise KeyError(sha256)
            point(session, path, size, row.id)

    def files(self) -> dict[str, tuple[str, str]]:
        """Path -> (SHA-256, outcome) of every file of the case."""
        return {entry.path: (entry.sha256, entry.outcome) for entry in self.entries()}

    def entries(self) -> Iterator[Entry]:
        """Every file of the case in order of its path; a few are held at a time."""
        after = b""
        while True:
            with self.session() as session:
                page = session.execute(
                    select(File, Result).join(Result, File.result_id == Result.id)
                    .where(File.path > after).order_by(File.path).limit(PAGE)
                ).all()  # fmt: skip
                found = [self._entry(file, result) for file, result in page]
            yield from found
            if len(found) < PAGE:
                return
            after = os.fsencode(found[-1].path)

    def entry(self, path: str) -> Entry | None:
        """What is said of one file, or None."""
        with self.session() as session:
            file = session.get(File, os.fsencode(path))
            return None if file is None else self._entry(file, session.get_one(Result, file.result_id))

    def result(self, path: str) -> tuple[dict[str, Any], bytes | None]:
        """The document and the thumbnail of a file.

        Raises:
            KeyError: It is no file of the case.
        """
        with self.session() as session:
            file = session.get(File, os.fsencode(path))
            if file is None:
                raise KeyError(path)
            row = session.get_one(Result, file.result_id)
            return self._document(row), row.thumbnail

    def counts(self) -> dict[str, int]:
        """Number of files per outcome."""
        query = select(Result.outcome, func.count()).join(File, File.result_id == Result.id)
        with self.session() as session:
            return {str(row[0]): int(row[1]) for row in session.execute(query.group_by(Result.outcome))}

    def set_skipped(self, skipped: Iterable[tuple[str, str]]) -> None:
        """Replace the list of what was left out: (path, reason) each.

        Raises:
            OutputError: The database does not take it.
        """
        with self.session() as session:
            session.execute(delete(Skipped))
            for path, why in skipped:
                session.merge(Skipped(path=os.fsencode(path), why=why))

    def skipped(self) -> list[tuple[str, str]]:
        """What was left out, and why."""
        with self.session() as session:
            return [(os.fsdecode(row.path), row.why) for row in session.scalars(select(Skipped).order_by(Skipped.path))]

    def save_run(self, record: dict[str, Any], number: int | None = None) -> int:
        """Store the record of a run, a new one or that of ``number``; returns its number.

        Raises:
            OutputError: The database does not take it.
        """
        with self.session() as session:
            row = Run() if number is None else session.get_one(Run, number)
            row.record = json.dumps(record)
            session.add(row)
            session.flush()
            return row.id

    def last_run(self) -> dict[str, Any] | None:
        """The record of the last run, or None."""
        with self.session() as session:
            row = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one_or_none()
            return None if row is None else dict(json.loads(row.record))

    def _entry(self, file: File, row: Result) -> Entry:
        self._intact(row)
        paths = os.fsdecode(file.path), os.fsdecode(row.path)
        facts = (row.sha256 or "", row.options_key, row.outcome, row.finished)
        return Entry(paths[0], file.size, *facts, paths[1], dict(json.loads(row.summary)))

    def _intact(self, row: Result) -> Result:
        if row.digest != _digest(row):
            raise self.damaged("a result is not as it was stored")
        return row

    def document_text(self, row: Result) -> str:
        """The document of a row as JSON text. Raises ``OutputError`` unless it is as it was stored."""
        if self._intact(row).document_digest != _sha256(row.document):
            raise self.damaged("a result is not as it was stored")
        return row.document

    def _document(self, row: Result) -> dict[str, Any]:
        return dict(json.loads(self.document_text(row)))


def find_result(session: Session, sha256: str, key: str) -> Result | None:
    """The row of a content under a key, see ``options_key``."""
    query = select(Result).where(Result.sha256 == sha256, Result.options_key == key)
    return session.scalars(query).one_or_none()


def point(session: Session, path: str, size: int, result_id: int) -> None:
    """Let a path stand for a result; the one it stood for goes, if it spoke of nothing but this path."""
    file = session.get(File, os.fsencode(path)) or File(path=os.fsencode(path))
    before = None if file.result_id is None else session.get(Result, file.result_id)
    file.size, file.result_id = size, result_id
    session.add(file)
    session.flush()
    if before is not None and before.sha256 is None and before.id != result_id:
        session.delete(before)


def _digest(row: Result) -> str:
    path = os.fsdecode(row.path)
    return _sha256(json.dumps((row.sha256, row.options_key, path, row.outcome, row.summary, row.document_digest)))


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
