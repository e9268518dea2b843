"""A folder per class: ``real/`` and ``fake/`` or named manipulations, perhaps below ``train/``, ``val/``, ``test/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from sjedd_training.data.layouts.base import Item, Layout, Listing, Tree
from sjedd_training.data.layouts.conditions import SPLIT_WORDS
from sjedd_training.data.layouts.ffpp import METHOD_ROWS
from sjedd_training.data.rows import REAL, UNKNOWN

REAL_WORDS = ("real", "reals", "original", "originals", "pristine", "authentic", "0_real")
FORGED_WORDS = ("fake", "fakes", "forged", "altered", "manipulated", "1_fake")
ROWS = ("eye", "lip_mouth", "nose", "identity_swap", "reenactment", UNKNOWN)
"""Rows of the FF++ label table that may be class names."""
CLASSES = {
    **dict.fromkeys(REAL_WORDS, REAL),
    **dict.fromkeys(FORGED_WORDS, UNKNOWN),
    **{name.lower(): row for name, row in METHOD_ROWS.items()},
    **{row: row for row in ROWS},
}


def recognise(tree: Tree) -> bool:
    """Real and forged classes in the same place."""
    rows = {_class(name)[1] for name in tree.media()} - {""}
    return REAL in rows and len(rows) > 1


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the media below the classes; the folder below ``fake`` names the group, if there is one."""
    default = options.get("split", "train")
    return tree.listing("folders", [item for name in tree.media() if (item := _item(tree, name, default))])


def _item(tree: Tree, name: str, default: str) -> Item | None:
    split, row, group = _class(name)
    return tree.item(name, row, group, split or default) if row else None


def _class(name: str) -> tuple[str, str, str]:
    """Split, row and group of a file; an empty row where no folder is a class."""
    parts = list(PurePosixPath(name).parts[:-1])
    split = SPLIT_WORDS.get(parts[0].lower(), "") if parts else ""
    if split:
        parts = parts[1:]
    if not parts or (row := CLASSES.get(parts[0].lower())) is None:
        return split, "", ""
    below = parts[1] if len(parts) > 1 and row == UNKNOWN else ""
    return split, CLASSES.get(below.lower(), row), below or parts[0]


LAYOUT = Layout(
    "folders",
    "A folder per class",
    (
        "real/..., fake/... or fake/<manipulation>/..., with or without train/, val/, test/ above",
        f"classes: {', '.join(sorted(CLASSES))}",
    ),
    recognise,
    read,
    {"split": "split of everything where no folder names one; by default train"},
)
