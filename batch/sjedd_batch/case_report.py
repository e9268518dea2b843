"""The report of a case: totals, ranking by support, what could not be judged and why, and the list of hashes."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sjedd_video
from sjedd_batch.summary import probability_words, row_of_entry
from sjedd_video.explain import ABSENCE, BAND_NAME
from sjedd_video.report.blocks import Block, Facts, Grid, ReportDocument, Section, Text, Thumbnails
from sjedd_video.report.files import visible, written
from sjedd_video.report.fonts import register
from sjedd_video.report.pdf import render
from sjedd_video.report.rows import Row
from sjedd_video.store import CaseStore
from sjedd_video.types import Band, Outcome

RANKED, PICTURED, UNJUDGED, LEFT_OUT, HASHED = 100, 24, 300, 200, 1000
"""Longest lists; ``summary.csv`` and ``run.json`` have everything."""
FIRST_PICTURES = 6
MEANING = {
    Outcome.JUDGED: "at least one person could be assessed",
    Outcome.INCONCLUSIVE: "faces were found, but the evidence does not carry a verdict",
    Outcome.NO_FACE: "no face in any examined frame",
    Outcome.PARTIAL: "a part of the file could not be read",
    Outcome.UNREADABLE: "missing, empty, not media, or damaged beyond reading",
    Outcome.CRASHED: "a process died on the file",
    Outcome.TIMED_OUT: "a process made no progress within its limit",
    Outcome.CANCELLED: "stopped by the user",
}
RANGE = {
    Band.WEAK: "below 50 %: non-conclusive",
    Band.MODERATE: "from 50 %: suspicious, but non-conclusive",
    Band.STRONG: "from 70 %",
    Band.VERY_STRONG: "from 90 %",
}
CAVEAT = (
    "A ranking says where to look first, and proves nothing. The probability supports the proposition that the face of "
    f"one person in a file was manipulated. {ABSENCE} The report of each file has the evidence and its limits."
)


@dataclass(slots=True)
class _Overview:
    """What one pass over a case gathers; bounded, however many files there are."""

    outcomes: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)
    ranked: list[tuple[float, tuple[int, ...], Row]] = field(default_factory=list)
    unjudged: list[Row] = field(default_factory=list)
    copies: list[Row] = field(default_factory=list)
    hashed: list[Row] = field(default_factory=list)
    duplicates: int = 0
    originals: Counter[bool] = field(default_factory=Counter)
    """Files that are no copies, by whether they have a verdict."""

    def add(self, row: Row) -> None:
        self.outcomes[row.outcome] += 1
        self.bands.update([row.band] if row.band else [])
        if len(self.hashed) < HASHED:
            self.hashed.append(row)
        if row.copy_of:
            self.duplicates += 1
            self.copies.extend([row] if len(self.copies) < LEFT_OUT else [])
            return
        self.originals[bool(row.band)] += 1
        if row.band:
            # Reversed, so that of equal probabilities the first path stands first.
            heapq.heappush(self.ranked, (float(row.probability), _reversed(row.path), row))
            if len(self.ranked) > RANKED:
                heapq.heappop(self.ranked)
        elif len(self.unjudged) < UNJUDGED:
            self.unjudged.append(row)

    def ranking(self) -> list[Row]:
        return [row for *_, row in sorted(self.ranked, key=lambda item: (item[0], item[1]), reverse=True)]


def write_case_report(store: CaseStore, record: dict[str, Any], target: Path) -> None:
    """Write the case report as PDF, whole or not at all.

    Args:
        store: The case database.
        record: That of the last run.
        target: The file.

    Raises:
        OutputError: It cannot be written.
    """
    overview = _Overview()
    for entry in store.entries():
        overview.add(row_of_entry(entry))
    document = _document(store, record, overview)
    register()
    with written(target) as file:
        render(document, file)


def _document(store: CaseStore, record: dict[str, Any], overview: _Overview) -> ReportDocument:
    ranking = overview.ranking()
    sections = [_summary(store, record, overview, ranking)]
    if ranking:
        sections.append(_ranking(store, ranking, overview.originals[True]))
    if overview.unjudged:
        sections.append(_unjudged(overview))
    sections += [*_skipped(store), *_copies(overview)]
    if overview.hashed:
        sections.append(_integrity(record, overview))
    sections.append(_method(record))
    return ReportDocument(
        heading="Case report",
        title=f"Case report: {sum(overview.outcomes.values())} files",
        subject="Totals, ranking by support, and what could not be judged",
        author=f"sjedd-video {sjedd_video.__version__}",
        exhibit=str(record["summary_sha256"]["summary.csv"] or "not written")[:16],
        date=record["finished"] or record["started"],
        sections=tuple(sections),
        exhibit_name="summary.csv",
    )


def _summary(store: CaseStore, record: dict[str, Any], overview: _Overview, ranking: list[Row]) -> Section:
    total, judged = sum(overview.outcomes.values()), sum(overview.bands.values())
    model = record["model"] or {}
    facts = Facts((
        ("Searched", "\n".join(record["request"]["search"]["paths"])),
        ("Files", f"{total} in the case, {overview.duplicates} of them copies; {len(store.skipped())} skipped"),
        ("Question", "In which files is there support for the proposition that the face of a person was altered?"),
        ("Last run", f"{_moment(record['started'])} to {_moment(record['finished'] or '')} ({record['state']})"),
        *_passes(record),
        ("Made by", f"sjedd-video {sjedd_video.__version__}, model {model.get('name', 'not loaded')}"),
    ))  # fmt: skip
    outcomes = tuple((o.value.replace("_", " "), str(overview.outcomes[o]), MEANING[o]) for o in Outcome
                     if overview.outcomes[o])  # fmt: skip
    bands = tuple((BAND_NAME[b], str(overview.bands[b]), RANGE[b]) for b in reversed(Band) if overview.bands[b])
    blocks: list[Block] = [
        facts,
        Text(f"{judged} of {total} files have a verdict", "verdict"),
        Text(CAVEAT, "small"),
        Text("Outcomes", "heading"),
        Grid(("Outcome", "Files", "Meaning"), outcomes or (("none", "0", ""),), (0.2, 0.1, 0.7), frozenset({1})),
    ]
    if bands:
        support = Grid(("Support", "Files", "Calibrated probability"), bands, (0.2, 0.1, 0.7), frozenset({1}))
        blocks += [Text("Support", "heading"), support]
    pictures = _pictures(store, ranking[:FIRST_PICTURES], 1)
    if pictures:
        blocks += [Text("The first by rank", "heading"), Thumbnails(pictures)]
    return Section("Summary", tuple(blocks))


def _passes(record: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What to say of a scan that looked twice."""
    passes = record.get("passes", [])
    if not record["request"].get("two_pass"):
        return ()
    looks = [f"{look['sampling']} over {look['files']} files" for look in passes]
    words = (
        f"{', then '.join(looks) or 'nothing looked at'}. The second look goes to the files that the first leaves in "
        "doubt or above weak support, and its results replace those of the first; the database has both."
    )
    return (("Looks", words),)


def _ranking(store: CaseStore, ranking: list[Row], judged: int) -> Section:
    rows = tuple(
        (
            str(place),
            row.path,
            probability_words(row),
            BAND_NAME[Band(row.band)],
            row.person,
            row.times.replace(" ", "\n"),
        )
        for place, row in enumerate(ranking, 1)
    )
    header = ("", "File", "Probability", "Support", "Person", "When")
    blocks: list[Block] = [
        Grid(header, rows, (0.05, 0.38, 0.15, 0.16, 0.08, 0.18), frozenset({0, 4})),
        Text(_shown(len(rows), judged, "files with a verdict, copies not counted"), "small"),
    ]
    pictures = _pictures(store, ranking[:PICTURED], 1)
    if pictures:
        blocks += [Text("A face of each, by rank", "heading"), Thumbnails(pictures)]
    return Section("Ranking by support", tuple(blocks))


def _pictures(store: CaseStore, rows: list[Row], first: int) -> tuple[tuple[bytes, str], ...]:
    found = ((place, row, store.result(row.path)[1]) for place, row in enumerate(rows, first))
    return tuple((jpeg, f"{place}. {_name(row)}: {probability_words(row)}") for place, row, jpeg in found if jpeg)


def _unjudged(overview: _Overview) -> Section:
    rows = tuple(
        (row.path, row.outcome.replace("_", " "), row.details or row.reasons.replace("_", " "))
        for row in overview.unjudged
    )
    return Section(
        "What could not be judged, and why",
        (
            Grid(("File", "Outcome", "Why"), rows, (0.36, 0.14, 0.5)),
            Text(_shown(len(rows), overview.originals[False], "files without a verdict, copies not counted"), "small"),
        ),
    )


def _skipped(store: CaseStore) -> Iterator[Section]:
    skipped = store.skipped()
    if skipped:
        yield Section(
            "What was skipped, and why",
            (
                Grid(("File", "Why"), tuple(skipped[:LEFT_OUT]), (0.55, 0.45)),
                Text(_shown(min(len(skipped), LEFT_OUT), len(skipped), "skipped files"), "small"),
            ),
        )


def _copies(overview: _Overview) -> Iterator[Section]:
    if overview.copies:
        rows = tuple((row.path, row.copy_of) for row in overview.copies)
        yield Section(
            "Copies, judged once",
            (
                Grid(("File", "Same content as"), rows, (0.5, 0.5)),
                Text(_shown(len(rows), overview.duplicates, "copies"), "small"),
            ),
        )


def _integrity(record: dict[str, Any], overview: _Overview) -> Section:
    rows = tuple((row.path, f"{row.sha256[:32]}\n{row.sha256[32:]}" if row.sha256 else "not read") for row in
                 overview.hashed)  # fmt: skip
    note = f"SHA-256 of summary.csv, which has them all: {record['summary_sha256']['summary.csv']}."
    return Section(
        "Integrity",
        (
            Grid(("File", "SHA-256 of its content"), rows, (0.5, 0.5)),
            Text(f"{_shown(len(rows), sum(overview.outcomes.values()), 'files')} {note}", "small"),
        ),
    )


def _method(record: dict[str, Any]) -> Section:
    model = record["model"] or {}
    options = "\n".join(f"{name} = {value}" for name, value in record["request"]["options"].items())
    environment = "\n".join(f"{name} {value}" for name, value in record["environment"].items())
    facts = Facts(
        (
            ("Command", record["command"]),
            ("Options", options),
            ("Model", "\n".join(f"{name}: {value}" for name, value in model.items()) or "not loaded"),
            ("Environment", environment),
        ),
        mono=frozenset({"Command", "Options", "Model", "Environment"}),
    )
    again = "The same command, program, model and options make this case again; run.json has them for programs."
    return Section("How this case was made", (facts, Text(again, "small")))


def _shown(shown: int, total: int, what: str) -> str:
    return f"{shown} of {total} {what}." + (" The rest stands in summary.csv or run.json." if shown < total else "")


def _name(row: Row) -> str:
    return visible(Path(row.path).name)


def _moment(iso: str) -> str:
    return iso.replace("T", " ").replace("+00:00", " UTC") or "now"


def _reversed(path: str) -> tuple[int, ...]:
    return tuple(-ord(character) for character in path)
