"""DeepFake Detection Challenge: videos with ``labels.csv`` (test set) or ``metadata.json`` (training parts)."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sjedd_training.data.layouts.base import Item, Layout, Listing, Tree
from sjedd_training.data.rows import REAL, UNKNOWN
from sjedd_video.errors import OptionsError

LABELS, METADATA = "labels.csv", "metadata.json"
TRUTH = {"0": REAL, "real": REAL, "1": UNKNOWN, "fake": UNKNOWN}
SPLIT_NAMES = {"train": "train", "validation": "val", "val": "val", "public": "val", "test": "test", "private": "test"}
GROUP_NAMES = {REAL: "real", UNKNOWN: "fake"}
PUBLISHED = {
    "train": {"real": 19_154, "fake": 100_000},
    "val": {"real": 2_000, "fake": 2_000},
    "test": {"real": 2_500, "fake": 2_500},
}
"""Videos of the full data set [Dolhansky et al., arXiv 2006.07397]: 23,654 real and 104,500 altered ones. Half of the
challenge's 10,000 test videos came from the internet and were not released."""


_Described = tuple[str, str, str, str]
"""Name, label, split and original as a file has them."""


@dataclass(frozen=True)
class _Entry:
    """A video as a label file describes it."""

    name: str
    row: str
    split: str
    original: str = ""


def recognise(tree: Tree) -> bool:
    """A label file with videos beside it or in ``videos/``."""
    return any(_there(tree, entry) for name in _label_files(tree) for entry in _entries(tree, name, quiet=True)[:50])


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the videos that a label file names."""
    files = _label_files(tree)
    if not files:
        raise OptionsError(f"{tree.root}: neither {LABELS} nor {METADATA}.", "Copy it from the challenge's download.")
    entries: dict[str, _Entry] = {}
    for file in files:
        for entry in _entries(tree, file):
            known = entries.setdefault(entry.name, entry)
            if known.row != entry.row:
                tree.problems.append(f"{entry.name}: {file} and another file contradict each other.")
    items = list(_items(tree, entries))
    return tree.listing("dfdc", items, _published(tree, items))


def _published(tree: Tree, items: Sequence[Item]) -> dict[tuple[str, str], int]:
    """Counts of the splits that are there; each is a download of its own, and that of the training set has 50 parts."""
    there = Counter(item.split for item in items)
    total = sum(PUBLISHED["train"].values())
    if 0 < there["train"] < total:
        tree.notes.append(f"{there['train']:,} of the {total:,} training videos are here, which come in 50 parts.")
    return {(split, group): count for split in there for group, count in PUBLISHED[split].items()}


def _items(tree: Tree, entries: Mapping[str, _Entry]) -> Iterator[Item]:
    for entry in entries.values():
        there = _there(tree, entry)
        if not there:
            tree.problems.append(f"{entry.name}: has a label, but is missing.")
            continue
        source = entries.get(entry.original)
        original = _there(tree, source) if source is not None else ""
        person = f"dfdc:{entry.original or entry.name}"
        yield tree.item(there, entry.row, GROUP_NAMES[entry.row], entry.split, person=person, original=original)


def _there(tree: Tree, entry: _Entry) -> str:
    path = PurePosixPath(entry.name)
    return tree.first(entry.name, str(path.parent / "videos" / path.name))


def _label_files(tree: Tree) -> list[str]:
    return [name for name in tree.names if PurePosixPath(name).name in {LABELS, METADATA}]


def _entries(tree: Tree, file: str, *, quiet: bool = False) -> list[_Entry]:
    """Entries of one label file; rows that make no sense become problems. ``quiet`` finds none in any other file.

    Raises:
        OptionsError: It cannot be read, or is none of the challenge's; never if ``quiet``.
    """
    try:
        text = tree.path(file).read_text(encoding="utf-8-sig")
        described = _from_csv(text) if file.endswith(LABELS) else _from_json(text)
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        if quiet:
            return []
        advice = "Copy it again; if it is not one of the challenge's, move it elsewhere."
        raise OptionsError(f"{tree.path(file)}: cannot be read as labels ({error}).", advice) from error
    folder, found = PurePosixPath(file).parent, []
    for untrusted_name, label, split, untrusted_original in described:
        row = TRUTH.get(label.strip().lower())
        if row is None or not _plain(untrusted_name) or not _plain(untrusted_original or "x"):
            tree.problems += [] if quiet else [f"{file}: {untrusted_name!r} with label {label!r} makes no sense."]
            continue
        original = str(folder / untrusted_original) if untrusted_original else ""
        found.append(_Entry(str(folder / untrusted_name), row, SPLIT_NAMES.get(split, "train"), original))
    return found


# Lists, no generators: what is wrong with a file must come out where it is read.
def _from_csv(text: str) -> list[_Described]:
    table = csv.DictReader(text.splitlines())
    if not {"filename", "label"} <= set(table.fieldnames or ()):
        raise ValueError("no columns filename and label")
    return [(row["filename"] or "", row["label"] or "", "test", row.get("original") or "") for row in table]


def _from_json(text: str) -> list[_Described]:
    described = json.loads(text)
    if not isinstance(described, dict):
        raise ValueError("no facts by name of a video")
    if strange := [name for name, facts in described.items() if not isinstance(facts, dict)]:
        raise ValueError(f"no facts of {strange[0]!r}")
    return [
        (
            name,
            str(facts.get("label", facts.get("is_fake", ""))),
            str(facts.get("split", "train")),
            str(facts.get("original") or ""),
        )
        for name, facts in described.items()
    ]


def _plain(name: str) -> bool:
    """Whether a name is that of a file in the same folder."""
    return bool(name) and PurePosixPath(name).name == name and "\\" not in name


LAYOUT = Layout(
    "dfdc",
    "DeepFake Detection Challenge",
    (
        f"{LABELS} (filename,label) or {METADATA} ({{name: {{label, split, original}}}})",
        "the videos beside it or in videos/",
    ),
    recognise,
    read,
)
