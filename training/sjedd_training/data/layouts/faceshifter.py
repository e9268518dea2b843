"""FaceShifter: the identity swaps that were added to FaceForensics++, with its originals and splits [SJEDD: FSh]."""

from __future__ import annotations

from collections.abc import Mapping

from sjedd_training.data.layouts import ffpp
from sjedd_training.data.layouts.base import Layout, Listing, Tree

METHOD = "FaceShifter"


def recognise(tree: Tree) -> bool:
    """FaceShifter and none of the four other manipulations."""
    return bool(tree.below(f"manipulated_sequences/{METHOD}")) and not ffpp.recognise(tree)


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List originals and FaceShifter videos of the official splits."""
    compression = ffpp.choose_compression(tree, options.get("compression"))
    pairs = ffpp.read_pairs(tree)
    items = [
        *ffpp.originals(tree, compression, pairs),
        *ffpp.manipulated(tree, METHOD, compression, pairs),
    ]
    ffpp.leave_out_others(tree, [METHOD], compression)
    return tree.listing("faceshifter", items, ffpp.published(("original", METHOD)))


LAYOUT = Layout(
    "faceshifter",
    "FaceShifter (part of FaceForensics++)",
    (
        "original_sequences/youtube/c23/videos/000.mp4",
        "manipulated_sequences/FaceShifter/c23/videos/000_003.mp4",
        "train.json, val.json, test.json",
    ),
    recognise,
    read,
    {"compression": ffpp.LAYOUT.options["compression"]},
)
