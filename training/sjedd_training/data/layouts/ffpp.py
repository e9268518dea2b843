"""FaceForensics++: videos of 1,000 people and what several methods made of them, with the official splits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from sjedd_training.data.layouts.base import SPLITS, Item, Layout, Listing, Tree, stem, together
from sjedd_training.data.rows import REAL
from sjedd_video.errors import OptionsError

SWAP = "identity_swap"
METHOD_ROWS = {
    "Deepfakes": SWAP,
    "Face2Face": "reenactment",
    "FaceSwap": SWAP,
    "NeuralTextures": "reenactment",
    "FaceShifter": SWAP,
}
"""Row of the label table of each manipulation."""
PAPER_METHODS = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures")
COMPRESSIONS = ("c23", "c40", "raw")
ORIGINAL = "youtube"
PUBLISHED = {"train": 720, "val": 140, "test": 140}
"""Videos per split, untouched ones and of every manipulation alike [SJEDD; FF++]."""
SPLIT_FOLDERS = ("", "splits/", "dataset/splits/")
_METHODS = "|".join([*METHOD_ROWS, "DeepFakeDetection"])
OTHER_PARTS = re.compile(
    rf"(original_sequences/(youtube|actors)|manipulated_sequences/({_METHODS}))/((raw|c23|c40)/)?"
    "(videos|images|faces|masks|models)/|downloaded_videos/"
)
"""Parts of the release that are not asked for: other compressions, masks, models, the DeepFakeDetection videos."""

Pair = tuple[str, str]


def recognise(tree: Tree) -> bool:
    """Originals and one of the manipulations that the papers train on."""
    folders = {name.split("/")[1] for name in tree.below("manipulated_sequences")}
    return bool(tree.below("original_sequences")) and bool(folders & set(PAPER_METHODS))


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the videos of the official splits."""
    methods = tuple(part.strip() for part in options.get("methods", ",".join(PAPER_METHODS)).split(","))
    if unknown := sorted(set(methods) - METHOD_ROWS.keys()):
        raise OptionsError(f"{unknown[0]!r} is no manipulation of FF++.", f"Known: {', '.join(METHOD_ROWS)}.")
    compression = choose_compression(tree, options.get("compression"))
    pairs = read_pairs(tree)
    items = [*originals(tree, compression, pairs)]
    for method in methods:
        items += manipulated(tree, method, compression, pairs)
    leave_out_others(tree, methods, compression)
    return tree.listing("ffpp", items, published(("original", *methods)))


def published(groups: Sequence[str]) -> dict[tuple[str, str], int]:
    """Published number of videos of each split and group."""
    return {(split, group): count for split, count in PUBLISHED.items() for group in groups}


def choose_compression(tree: Tree, wanted: str | None) -> str:
    """The compression asked for, else the first of ``COMPRESSIONS`` that is there.

    Raises:
        OptionsError: It is unknown, or there is none.
    """
    if wanted is not None and wanted not in COMPRESSIONS:
        raise OptionsError(f"{wanted!r} is no compression of FF++.", f"Known: {', '.join(COMPRESSIONS)}.")
    there = [c for c in COMPRESSIONS if tree.below(f"original_sequences/{ORIGINAL}/{c}/videos")]
    if not there and wanted is None:
        folder = f"original_sequences/{ORIGINAL}/c23/videos"
        raise OptionsError(f"{tree.root / folder}: no videos.", "Name the folder that holds original_sequences.")
    return wanted or there[0]


def read_pairs(tree: Tree) -> dict[str, list[Pair]]:
    """Pairs of video numbers of each split, from train.json, val.json and test.json.

    Raises:
        OptionsError: One is missing or is no list of pairs.
    """
    found = {}
    for split in SPLITS:
        name = tree.first(*(f"{folder}{split}.json" for folder in SPLIT_FOLDERS))
        if not name:
            advice = "Copy train.json, val.json and test.json of the release (dataset/splits) into the root."
            raise OptionsError(f"{tree.root / f'{split}.json'}: the official split is missing.", advice)
        found[split] = _pairs_of(tree, name)
        tree.explain([name])
    return found


def _pairs_of(tree: Tree, name: str) -> list[Pair]:
    try:
        listed = json.loads(tree.path(name).read_text(encoding="utf-8"))
        pairs = [(str(a), str(b)) for a, b in listed]
    except (OSError, ValueError, TypeError) as error:
        raise OptionsError(f"{tree.path(name)}: not a list of pairs ({error}).", "Copy it again.") from error
    if bad := [number for pair in pairs for number in pair if not re.fullmatch(r"\d{1,6}", number)]:
        raise OptionsError(f"{tree.path(name)}: {bad[0]!r} is no number of a video.", "Copy it again.")
    return pairs


def originals(
    tree: Tree, compression: str, pairs: Mapping[str, Sequence[Pair]], *, alone: bool = True
) -> Iterator[Item]:
    """The untouched videos of the splits in ``pairs``; unless ``alone``, other videos beside them are no surprise."""
    folder = f"original_sequences/{ORIGINAL}/{compression}/videos"
    wanted = {f"{folder}/{number}.mp4": split for split, listed in pairs.items() for pair in listed for number in pair}
    for name in _present(tree, wanted, folder, alone):
        yield tree.item(name, REAL, "original", wanted[name], person=f"ffpp:{stem(name)}")


def manipulated(tree: Tree, method: str, compression: str, pairs: Mapping[str, Sequence[Pair]]) -> Iterator[Item]:
    """The videos of one method, both orders of every pair: ``000_003`` shows the video 000 with something of 003."""
    folder = f"manipulated_sequences/{method}/{compression}/videos"
    wanted = {
        f"{folder}/{target}_{source}.mp4": split
        for split, listed in pairs.items()
        for pair in listed
        for target, source in (pair, pair[::-1])
    }
    for name in _present(tree, wanted, folder):
        target, _, source = stem(name).partition("_")
        original = f"original_sequences/{ORIGINAL}/{compression}/videos/{target}.mp4"
        row, person = METHOD_ROWS[method], f"ffpp:{target}"
        # A reenactment has the movements of its source; the face stays that of the target.
        face_of = f"ffpp:{source}" if row == SWAP else ""
        yield tree.item(name, row, method, wanted[name], person=person, original=original, face_of=face_of)


def _present(tree: Tree, wanted: Mapping[str, str], folder: str, alone: bool = True) -> list[str]:
    """Those of ``wanted`` that exist; the others, and other videos in the folder, become problems."""
    there = tree.below(folder)
    tree.explain(there)
    if not there:
        tree.problems.append(f"{folder}/: missing, with its {len(wanted)} videos.")
        return []
    tree.problems += together([name for name in wanted if name not in tree], "missing, but in the official split")
    if alone:
        tree.problems += together([name for name in there if name not in wanted], "in no official split")
    return [name for name in wanted if name in tree]


def leave_out_others(tree: Tree, methods: Sequence[str], compression: str) -> None:
    """Take note of parts of the release that were not asked for."""
    others = [name for name in tree.names if OTHER_PARTS.match(name)]
    tree.explain(others)
    for method in sorted(METHOD_ROWS.keys() - set(methods)):
        if tree.below(f"manipulated_sequences/{method}/{compression}/videos"):
            tree.notes.append(f"{method} is there and was not asked for (option methods).")


LAYOUT = Layout(
    "ffpp",
    "FaceForensics++",
    (
        "original_sequences/youtube/c23/videos/000.mp4",
        "manipulated_sequences/Deepfakes/c23/videos/000_003.mp4 (and Face2Face, FaceSwap, NeuralTextures)",
        "train.json, val.json, test.json",
    ),
    recognise,
    read,
    {
        "compression": "raw, c23 or c40; the first of c23, c40, raw that is there",
        "methods": f"manipulations, by default {','.join(PAPER_METHODS)} (FaceShifter is a test set of the paper)",
    },
)
