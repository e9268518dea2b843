"""Data sets whose folders name the condition under which their pictures were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sjedd_training.data.layouts.base import Listing, Tree

SPLIT_WORDS = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "test": "test",
    "testing": "test",
}  # fmt: skip

WHOLE = {"whole": "1 to list wholly synthesised pictures too, which the papers leave out"}
"""The option of such a layout."""


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        name: Group of its items.
        folders: Names of folders that mean it, in lower case.
        row: Row of the label table.
        whole: Whether nothing of the picture is a photograph; such pictures are left out unless asked for.
    """

    name: str
    folders: tuple[str, ...]
    row: str
    whole: bool = False


def settle(tree: Tree, conditions: Sequence[Condition]) -> set[str]:
    """Names of the conditions that a tree has."""
    folders = {"/".join(PurePosixPath(name).parts[:-1]) for name in tree.media()}
    return {found.name for folder in folders if (found := _condition(folder, conditions)) is not None}


def list_conditions(tree: Tree, layout: str, conditions: Sequence[Condition], options: Mapping[str, str]) -> Listing:
    """List the media of a tree by condition; without a split in the path, everything is the test split."""
    items, left_out = [], Counter[str]()
    for name in tree.media():
        folder = str(PurePosixPath(name).parent)
        condition = _condition(folder, conditions)
        if condition is None:
            continue
        if condition.whole and options.get("whole") != "1":
            tree.explain([name])
            left_out[condition.name] += 1
            continue
        items.append(tree.item(name, condition.row, condition.name, split_in(folder)))
    for kind, count in sorted(left_out.items()):
        tree.notes.append(f"{count} wholly synthesised pictures of {kind} were left out (option whole).")
    return tree.listing(layout, items)


def split_in(folder: str, default: str = "test") -> str:
    """The split that a folder of the path names."""
    return next((SPLIT_WORDS[p] for p in folder.lower().split("/") if p in SPLIT_WORDS), default)


def _condition(folder: str, conditions: Sequence[Condition]) -> Condition | None:
    for part in folder.lower().split("/"):
        for condition in conditions:
            if part in condition.folders:
                return condition
    return None
