"""What the desktop app keeps in a case beside the results: its list of files, and their results with pictures."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, inspect, select, update

import sjedd_video
from sjedd_video.case_tables import File, Item, Name, Picture, Remark, Result, Skipped
from sjedd_video.errors import DocumentError
from sjedd_video.listed import StoredItem
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.json_ import to_json
from sjedd_video.report.pictures import StoredPicture, frame_time, store_picture
from sjedd_video.report.read_json import from_json, parse_document
from sjedd_video.report.rows import row_of, thumbnail
from sjedd_video.store import CaseStore, find_result, options_key, point
from sjedd_video.types import AnalysisResult, ReasonCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WHY = {"failed": "the analysis failed: {}", "cancelled": "stopped by the user", "skipped": "left out by the user"}
"""States of items that have no result, and what a report of the case says of them."""


class Casework:
    """The tables of the desktop app in a case. Every method is one transaction and raises ``OutputError``."""

    def __init__(self, store: CaseStore) -> None:
        self.store = store

    def items(self) -> list[StoredItem]:
        """The list in its order."""
        with self.store.session() as session:
            return [_item(row) for row in session.scalars(select(Item).order_by(Item.place, Item.job))]

    def put(self, items: Sequence[StoredItem]) -> None:
        """Store items, new ones at the end of the list."""
        with self.store.session() as session:
            last = session.scalar(select(func.max(Item.place))) or 0
            for number, item in enumerate(items, last + 1):
                row = session.get(Item, item.job) or Item(job=item.job, place=number, exhibit="")
                _fill(row, item)
                session.add(row)
                _tell_why(session, item)

    def order(self, jobs: Sequence[int]) -> None:
        """Store the order of the list."""
        with self.store.session() as session:
            for place, job in enumerate(jobs, 1):
                session.execute(update(Item).where(Item.job == job).values(place=place))

    def renumber(self, old: int, item: StoredItem) -> None:
        """Begin an item again under another number: the result goes, place, exhibit and notes stay."""
        with self.store.session() as session:
            _drop_result(session, old)
            for table in (Item, Remark, Name):
                session.execute(update(table).where(table.job == old).values(job=item.job))
            _fill(session.get_one(Item, item.job), item)

    def remove(self, job: int) -> None:
        """Take an item off the list, with its result and notes."""
        with self.store.session() as session:
            _drop_result(session, job)
            for table in (Item, Remark, Name):
                session.execute(delete(table).where(table.job == job))

    def keep(self, result: AnalysisResult) -> None:
        """Store a result with its pictures, and nothing of the list: what an analysis hands on, see ``take``."""
        evidence, model = result.evidence, result.model
        changed = any(reason.code is ReasonCode.FILE_CHANGED for reason in result.reasons)
        sha256 = "" if changed else evidence.sha256_before
        options = AnalysisOptions.parse(dict(result.options))
        key = options_key(options, model.sha256, model.detector_sha256, sjedd_video.__version__)
        row = replace(row_of(result, Path(evidence.path)), options=key[:12])
        self.store.save(
            evidence.path, evidence.size, sha256, key, result.outcome.value, to_json(result),
            summary={"row": asdict(row), "reports": {}}, thumbnail=thumbnail(result),
        )  # fmt: skip
        with self.store.session() as session:
            pointed = session.get_one(File, os.fsencode(evidence.path)).result_id
            session.add_all(_picture(pointed, i, store_picture(e)) for i, e in enumerate(result.exhibits))

    def take(self, parcel: CaseStore, item: StoredItem) -> None:
        """Move the one result of another database into this case, as that of a finished item."""
        with parcel.session() as other, self.store.session() as session:
            found = other.scalars(select(Result)).one()
            size = other.scalars(select(File)).one().size
            row = None if found.sha256 is None else find_result(session, found.sha256, found.options_key)
            row = _copied(found, row or Result(), leave=("id",))
            session.add(row)
            session.flush()
            session.execute(delete(Picture).where(Picture.result_id == row.id))
            session.add_all(_copied(p, Picture(result_id=row.id), leave=("result_id",)) for p in _pictures(other))
            entry = session.get_one(Item, item.job)
            _fill(entry, item)
            entry.result_id = row.id
            session.flush()
            if not _is_stretch(item) or session.get(File, entry.path) is None:
                point(session, os.fsdecode(entry.path), size, row.id)
            _tell_why(session, item)

    def load(self, job: int) -> AnalysisResult:
        """The result of a finished item, with its pictures. Long, but other threads get their turn.

        Raises:
            DocumentError: It is damaged, or of a newer version.
        """
        with self.store.session() as session:
            item = session.get_one(Item, job)
            if item.result_id is None:
                raise DocumentError(f"{os.fsdecode(item.path)} has no result yet.", "Analyse it.")
            path, row = os.fsdecode(item.path), session.get_one(Result, item.result_id)
            text = self.store.document_text(row)
            pictures = [_stored(p) for p in _pictures(session, item.result_id)]
        name = f"The result of {path}"
        document = parse_document(text, name)
        result = from_json(document, pictures, name)
        for person in document["people"]:
            while person["faces"]:  # thrown away all at once, a long video would stop all other threads meanwhile
                person["faces"].pop()
        return replace(result, evidence=replace(result.evidence, path=path))

    def adopt(self) -> None:
        """Put the files of a scan into the list, if it is empty."""
        with self.store.session() as session:
            if session.scalar(select(func.count()).select_from(Item)):
                return
        rows = []
        for job, entry in enumerate(self.store.entries(), 1):
            found = entry.summary["row"]
            probability = float(found["probability"]) if found["probability"] else None
            tone = found["band"] or entry.outcome
            row = Item(job=job, place=job, exhibit="")
            _fill(row, StoredItem(job, Path(entry.path), None, "done", tone, probability))
            rows.append(row)
        with self.store.session() as session:
            session.add_all(rows)
            session.flush()
            results = select(File.result_id).where(File.path == Item.path).scalar_subquery()
            session.execute(update(Item).values(result_id=results))


def _item(row: Item) -> StoredItem:
    options = None if row.options is None else AnalysisOptions.parse(json.loads(row.options))
    return StoredItem(
        row.job, Path(os.fsdecode(row.path)), options, row.state, row.tone, row.probability, row.error, row.advice,
        row.details,
    )  # fmt: skip


def _fill(row: Item, item: StoredItem) -> None:
    row.path, row.state = os.fsencode(item.path), item.state
    row.options = None if item.options is None else item.options.model_dump_json()
    row.tone, row.probability = item.tone, item.probability
    row.error, row.advice, row.details = item.error, item.advice, item.details


def _is_stretch(item: StoredItem) -> bool:
    """Whether only a part of the file is analysed: such a result does not stand for the file as a whole."""
    return item.options is not None and (item.options.start_s > 0 or item.options.end_s is not None)


def _tell_why(session: Session, item: StoredItem) -> None:
    """List a file without a result among those that were left out, with the reason."""
    path = os.fsencode(item.path)
    session.execute(delete(Skipped).where(Skipped.path == path))
    if item.state in WHY:
        session.merge(Skipped(path=path, why=WHY[item.state].format(item.error)))


def _drop_result(session: Session, job: int) -> None:
    """Delete the result of an item, unless another item or file has the same."""
    item = session.get(Item, job)
    if item is None:
        return
    session.execute(delete(Skipped).where(Skipped.path == item.path))
    result, item.result_id = item.result_id, None
    session.flush()
    if result is None:
        return
    if not session.scalar(select(func.count()).select_from(Item).where(Item.path == item.path, Item.job != job)):
        session.execute(delete(File).where(File.path == item.path))
    used = (select(func.count()).select_from(table).where(table.result_id == result) for table in (Item, File))
    if not any(session.scalar(query) for query in used):
        session.execute(delete(Picture).where(Picture.result_id == result))
        session.execute(delete(Result).where(Result.id == result))


def _copied(source: Any, target: Any, leave: tuple[str, ...]) -> Any:
    for column in inspect(type(source)).columns:
        if column.key not in leave:
            setattr(target, column.key, getattr(source, column.key))
    return target


def _picture(result_id: int, place: int, picture: StoredPicture) -> Picture:
    return Picture(
        result_id=result_id, place=place, person=picture.person, pts=picture.time.pts,
        time_base=str(picture.time.time_base), scale=picture.scale, matrix=json.dumps(picture.matrix),
        frame=picture.frame, crop=picture.crop, heat=picture.heat,
    )  # fmt: skip


def _pictures(session: Session, result_id: int | None = None) -> list[Picture]:
    query = select(Picture).order_by(Picture.place)
    return list(session.scalars(query if result_id is None else query.where(Picture.result_id == result_id)))


def _stored(row: Picture) -> StoredPicture:
    try:
        time, matrix = frame_time(row.pts, row.time_base), tuple(float(v) for v in json.loads(row.matrix))
    except (ValueError, TypeError) as error:
        raise DocumentError(f"A picture in the case is damaged: {error}.", "Analyse the file again.") from error
    return StoredPicture(row.person, time, row.scale, matrix, row.frame, row.crop, row.heat)
