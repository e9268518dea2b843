"""DiFF, diffusion facial forgery: pictures made under four conditions."""

from __future__ import annotations

from collections.abc import Mapping

from sjedd_training.data.layouts.base import Layout, Listing, Tree
from sjedd_training.data.layouts.conditions import WHOLE, Condition, list_conditions, settle
from sjedd_training.data.rows import REAL, UNKNOWN

CONDITIONS = (
    Condition("real", ("real", "reals", "pristine", "diff_real"), REAL),
    Condition("FS", ("fs", "face_swapping"), "identity_swap"),
    Condition("FE", ("fe", "face_editing"), UNKNOWN),
    Condition("I2I", ("i2i",), UNKNOWN, whole=True),
    Condition("T2I", ("t2i",), UNKNOWN, whole=True),
)
OWN = {"FS", "FE"}


def recognise(tree: Tree) -> bool:
    """One of its two kinds of altered faces."""
    return bool(settle(tree, CONDITIONS) & OWN)


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the pictures by condition."""
    return list_conditions(tree, "diff", CONDITIONS, options)


LAYOUT = Layout(
    "diff",
    "DiFF (diffusion facial forgery)",
    ("<split>/<condition>/<model>/*.png with or without a split; conditions: real, FS, FE, I2I, T2I",),
    recognise,
    read,
    WHOLE,
)
