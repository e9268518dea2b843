"""Manifests of labelled files: a CSV with ``path``, ``label`` and any columns that group the files."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_training.data.rows import REAL, row_labels
from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import UNOBSERVED, Hierarchy, builtin_hierarchies, load_hierarchy
from sjedd_video.report.files import write_text

if TYPE_CHECKING:
    from sjedd_training.data.layouts import Item

LABELS = {"0": 0, "real": 0, "1": 1, "fake": 1}
LABEL_NAMES = ("real", "fake")
GROUP = "group"
IDENTIFIERS = frozenset({"path", "label", "original", "person", "face_of", "split", "bytes", "sha256"})
"""Columns that name or describe a single file and therefore group nothing."""
MOST_VALUES = 30
"""A column with more different values than this is no group."""
CELL_NAMES = {0: "0", 1: "1", UNOBSERVED: "?"}
NODE_LABELS = {"0": 0, "1": 1, "?": UNOBSERVED, "-1": UNOBSERVED, "": UNOBSERVED}


@dataclass(frozen=True)
class Entry:
    """One row of a manifest.

    Attributes:
        name: The path as the manifest has it.
        path: The file.
        label: 1 for altered, 0 for real.
        fields: The other columns.
    """

    name: str
    path: Path
    label: int
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """Value of the column ``group``, or an empty string."""
        return self.fields.get(GROUP, "")

    @property
    def related(self) -> str:
        """What ties files that must not be told apart in cross-fitting: the person, else the original, else itself."""
        return self.fields.get("person") or self.fields.get("original") or self.name

    def node_label(self, node: str) -> int:
        """Label of a node of the hierarchy: its column if there is one, 0 for every node of a real file.

        Raises:
            OptionsError: The column holds something else than 0, 1 or ``?``.
        """
        if self.label == 0:
            return 0
        text = self.fields.get(node, "?").strip()
        if text not in NODE_LABELS:
            advice = f"Write 0, 1 or ?. If {node} is no label here, give the column another name."
            raise OptionsError(f"{self.name}: {node} is {text!r}.", advice)
        return NODE_LABELS[text]


def read_manifest(path: Path) -> tuple[Entry, ...]:
    """Read a manifest; paths are relative to it.

    Raises:
        OptionsError: It cannot be read, lacks a column, or a row has no path, an unknown label or a path seen before;
            the message names the row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = {"path", "label"} - set(reader.fieldnames or ())
            if lacking:
                raise OptionsError(f"{path}: no column {' and no column '.join(sorted(lacking))}.", _ADVICE)
            entries = tuple(_entry(path, reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OptionsError(f"{path}: cannot be read as CSV: {error}.", _ADVICE) from error
    if not entries:
        raise OptionsError(f"{path}: holds no file.", _ADVICE)
    name, times = Counter(entry.name for entry in entries).most_common(1)[0]
    if times > 1:
        raise OptionsError(f"{path}: {name} stands in {times} rows.", "List each file once.")
    return entries


def write_manifest(path: Path, items: Sequence[Item], hierarchy: Hierarchy, originals: Sequence[Item] = ()) -> None:
    """Write files of a data set as a manifest; the layout ``manifest`` reads it where it lies above all of them.

    Args:
        path: The CSV; its rows name the files relative to its folder, or absolutely on another drive.
        items: The files.
        hierarchy: Whose nodes become columns: 0, 1 or ``?`` for altered files.
        originals: Files that may be named as what a forgery was made from, though they are not listed.

    Raises:
        OutputError: The file cannot be written.
    """
    told, text = ("group", "split", "person", "original", "face_of"), StringIO()
    folder = path.parent.resolve()
    names = {item.name: _relative(item.path, folder) for item in (*originals, *items)}
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("path", "label", *told, *hierarchy.nodes))
    for item in items:
        altered = item.row != REAL
        original = names.get(item.original, "")
        cells = [CELL_NAMES[int(cell)] for cell in row_labels(hierarchy, item.row)] if altered else []
        facts = (item.group, item.split, item.person, original, item.face_of)
        writer.writerow((names[item.name], LABEL_NAMES[altered], *facts, *(cells or [""] * len(hierarchy.nodes))))
    write_text(path, text.getvalue())


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


_ADVICE = "A manifest is a CSV with the columns path, label (real or fake) and, if wanted, group."


def _entry(manifest: Path, line: int, row: dict[str | None, str | None]) -> Entry:
    values = {key: (value or "").strip() for key, value in row.items() if key is not None}
    name, label = values.pop("path"), values.pop("label")
    if not name:
        raise OptionsError(f"{manifest}: line {line} has no path.", _ADVICE)
    if label.lower() not in LABELS:
        raise OptionsError(f"{manifest}: line {line} ({name}): unknown label {label!r}.", "Write real, fake, 0 or 1.")
    return Entry(name, manifest.parent / name, LABELS[label.lower()], values)


def group_columns(entries: Sequence[Entry], nodes: Sequence[str] = ()) -> tuple[str, ...]:
    """Columns by which results are worth splitting: ``group``, and any other in which values are shared.

    Columns of labels are none. Those of another model's hierarchy are known by their name and by what they hold, since
    ``gender`` may be a label as well as a group.

    Args:
        entries: The files.
        nodes: Nodes of the model's hierarchy; columns of these names are labels.
    """
    others = {node for name in builtin_hierarchies() for node in load_hierarchy(name).nodes}
    found = []
    for column in dict.fromkeys(c for e in entries for c in e.fields):
        if column in IDENTIFIERS or column in nodes or (column in others and _holds_labels(entries, column)):
            continue
        counts = Counter(value for entry in entries if (value := entry.fields.get(column)))
        if column == GROUP or (len(counts) <= MOST_VALUES and any(times > 1 for times in counts.values())):
            found.append(column)
    return tuple(sorted(found, key=lambda c: c != GROUP))


def _holds_labels(entries: Sequence[Entry], column: str) -> bool:
    """Whether a column has nothing but labels of a node, which no real file has as 1."""
    values = {(entry.label, entry.fields.get(column, "")) for entry in entries}
    return all(value in NODE_LABELS and not (label == 0 and NODE_LABELS[value] == 1) for label, value in values)
