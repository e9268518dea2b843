"""What the examiner adds to the files of a case: notes, names of people, particulars of the report."""

from __future__ import annotations

import os
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import delete, inspect, select, update

from sjedd_video.case_tables import Detail, File, Item, Name, Remark
from sjedd_video.errors import DocumentError
from sjedd_video.notes import CaseDetails, Note, Remarks, in_order
from sjedd_video.report.pictures import frame_time
from sjedd_video.report.plain import with_remarks
from sjedd_video.store import CaseStore


class CaseRemarks:
    """The tables of notes in a case. Every method is one transaction and raises ``OutputError``."""

    def __init__(self, store: CaseStore) -> None:
        self.store = store
        self._items: bool | None = None

    def of(self, job: int) -> Remarks:
        """All that the examiner added to an item; nothing in a case that no desktop app ever had open."""
        if not has_items(self.store):
            return Remarks()
        with self.store.session() as session:
            notes = sorted((_note(r) for r in session.scalars(select(Remark).where(Remark.job == job))), key=in_order)
            names = {row.person: row.name for row in session.scalars(select(Name).where(Name.job == job))}
            item = session.get(Item, job)
            exhibit = "" if item is None else item.exhibit
        return Remarks(tuple(notes), names, replace(self.details(), exhibit=exhibit))

    def document(self, path: str) -> dict[str, Any]:
        """The report of a file of the case (``CaseStore.result``), with the remarks on it.

        Raises:
            KeyError: It is no file of the case.
        """
        found = self.store.result(path)[0]
        if self._items is None:
            self._items = has_items(self.store)
        if not self._items:
            return found
        with self.store.session() as session:
            same = select(Item.job).join(File, File.path == Item.path).where(Item.result_id == File.result_id)
            job = session.scalars(same.where(Item.path == os.fsencode(path)).order_by(Item.place)).first()
        return found if job is None else with_remarks(found, self.of(job))

    def all(self) -> dict[int, Remarks]:
        """The same for every item that has something of its own."""
        with self.store.session() as session:
            jobs = {*session.scalars(select(Remark.job)), *session.scalars(select(Name.job))}
            jobs |= set(session.scalars(select(Item.job).where(Item.exhibit != "")))
        return {job: self.of(job) for job in jobs}

    def put_note(self, job: int, note: Note) -> None:
        """Store a note under its number, replacing what was there."""
        time = note.time
        row = Remark(
            number=note.number, job=job, text=note.text, person=note.person, written=note.written,
            pts=None if time is None else time.pts, time_base=None if time is None else str(time.time_base),
        )  # fmt: skip
        with self.store.session() as session:
            session.merge(row)

    def delete_note(self, number: int) -> None:
        """Delete a note."""
        with self.store.session() as session:
            session.execute(delete(Remark).where(Remark.number == number))

    def put_name(self, job: int, person: int, name: str) -> None:
        """Name a person; an empty name takes it away."""
        with self.store.session() as session:
            session.execute(delete(Name).where(Name.job == job, Name.person == person))
            if name:
                session.add(Name(job=job, person=person, name=name))

    def details(self) -> CaseDetails:
        """Particulars of the case; ``exhibit`` is empty, since every item has its own."""
        known = {field.name for field in fields(CaseDetails)}
        with self.store.session() as session:
            return CaseDetails(**{row.name: row.value for row in session.scalars(select(Detail)) if row.name in known})

    def put_details(self, details: CaseDetails, job: int = 0) -> None:
        """Store the particulars, and the exhibit of an item."""
        with self.store.session() as session:
            for name, value in asdict(details).items():
                if name != "exhibit":
                    session.merge(Detail(name=name, value=value))
            session.execute(update(Item).where(Item.job == job).values(exhibit=details.exhibit))


def has_items(store: CaseStore) -> bool:
    """Whether a desktop app ever had the case open: cases of scans may have no such tables."""
    with store.session() as session:
        return bool(inspect(session.connection()).has_table(Item.__tablename__))


def _note(row: Remark) -> Note:
    try:
        time = None if row.pts is None or row.time_base is None else frame_time(row.pts, row.time_base)
    except ValueError as error:
        raise DocumentError(f"A note in the case is damaged: {error}.", "Delete the case, or the note.") from error
    return Note(row.number, row.text, time, row.person, row.written)
