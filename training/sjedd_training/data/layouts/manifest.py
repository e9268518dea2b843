"""A manifest: a CSV with path, label and, if wanted, more of what is known of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from sjedd_training.data.layouts.base import SPLITS, Item, Layout, Listing, Tree, together
from sjedd_training.data.rows import REAL, UNKNOWN, nodes_row
from sjedd_training.manifest import NODE_LABELS, Entry, read_manifest
from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import UNOBSERVED, builtin_hierarchies, load_hierarchy

FILE = "manifest.csv"


def recognise(tree: Tree) -> bool:
    """A manifest.csv in the root."""
    return FILE in tree


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the files of the manifest; its paths are relative to the root."""
    name = options.get("file", FILE)
    if name not in tree:
        raise OptionsError(f"{tree.root / name}: no such file.", "Write a manifest, or name it (option file).")
    tree.explain([name])
    names = (options["hierarchy"],) if "hierarchy" in options else builtin_hierarchies()
    hierarchies = [load_hierarchy(name) for name in names]
    nodes = tuple(dict.fromkeys(node for hierarchy in hierarchies for node in hierarchy.nodes))
    rows = {row for hierarchy in hierarchies for row in hierarchy.labels}
    entries = read_manifest(tree.path(name))
    missing = [entry.name for entry in entries if _inside(entry.name) and _clean(entry.name) not in tree]
    outside = [entry.name for entry in entries if not _inside(entry.name)]
    tree.problems += together(missing, "in the manifest, but missing")
    tree.problems += [f"{path}: in the manifest, but outside the root." for path in outside]
    listed = [entry for entry in entries if _inside(entry.name) and _clean(entry.name) in tree]
    return tree.listing("manifest", _items(tree, listed, nodes, rows))


def _items(tree: Tree, entries: list[Entry], nodes: tuple[str, ...], rows: set[str]) -> Iterator[Item]:
    known = {_clean(entry.name) for entry in entries}
    for entry in entries:
        split = entry.fields.get("split", "").lower() or "train"
        if split not in SPLITS:
            tree.problems.append(f"{entry.name}: the split {split!r} is none of {', '.join(SPLITS)}.")
            split = "train"
        original = _clean(entry.fields.get("original", ""))
        if original and original not in known:
            tree.problems.append(f"{entry.name}: its original {original} is not in the manifest.")
            original = ""
        row, group = _row(tree, entry, nodes, rows), entry.group or ("fake" if entry.label else "real")
        person = entry.fields.get("person", "")
        face_of = entry.fields.get("face_of", "")
        yield tree.item(_clean(entry.name), row, group, split, person=person, original=original, face_of=face_of)


def _row(tree: Tree, entry: Entry, nodes: tuple[str, ...], rows: set[str]) -> str:
    """The named row, else the labels of single nodes, else all that the label says."""
    row = entry.fields.get("row", "")
    if row and (row not in rows or (row == REAL) == bool(entry.label)):
        tree.problems.append(f"{entry.name}: the row {row!r} is unknown or contradicts the label.")
        row = ""
    if row or not entry.label:
        return row or REAL
    cells = {}
    for node in nodes:
        text = entry.fields.get(node, "")
        if text not in NODE_LABELS:
            tree.problems.append(f"{entry.name}: {node} is {text!r}, not 0, 1 or ?.")
        elif NODE_LABELS[text] != UNOBSERVED:
            cells[node] = str(NODE_LABELS[text])
    return nodes_row({nodes[0]: "1", **cells}) if cells else UNKNOWN


def _inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]


def _clean(name: str) -> str:
    return str(PurePosixPath(name.replace("\\", "/"))) if name else ""


LAYOUT = Layout(
    "manifest",
    "A manifest",
    (f"{FILE} with the columns path, label (real, fake, 0, 1)",
     "and, if wanted, original, person, face_of, split, group,",
     "row (of the label table) or one column per node (0, 1, ?)"),
    recognise,
    read,
    {"file": f"its name, by default {FILE}", "hierarchy": "whose nodes and rows the columns may name"},
)  # fmt: skip
