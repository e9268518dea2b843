"""DeeperForensics-1.0: identity swaps of actors into videos of FaceForensics++, whose test originals are the reals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sjedd_training.data.layouts import ffpp
from sjedd_training.data.layouts.base import SPLITS, Item, Layout, Listing, Tree, stem, together

PART = "end_to_end"
"""The part that the papers test on; the others repeat it with distortions."""
PUBLISHED = 1000
"""Videos of every part, by the release's README [Jiang et al., DeeperForensics-1.0, CVPR 2020]."""
KNOWN_PARTS = re.compile(r"(end_to_end(_level_\d|_random_level|_mix_\d_distortions)?|reenact_postprocess)$")
NAME = re.compile(r"(\d{3,4})_([A-Z]\d+)")
"""``000_M101`` is the video 000 of FaceForensics++ with the face of the actor M101."""
LISTS = "lists/splits/{}.txt"


def recognise(tree: Tree) -> bool:
    """A folder of one of the release's parts."""
    return any(KNOWN_PARTS.match(part) for part in _parts(tree))


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List one part, all as the test split unless the release's lists are there, with FF++'s test originals."""
    wanted = options.get("part", PART)
    split_of = _splits(tree)
    items: list[Item] = []
    for part, names in _parts(tree).items():
        if part == wanted:
            items += _swaps(tree, part, names, split_of)
        elif KNOWN_PARTS.match(part):
            tree.explain(names)
            tree.notes.append(f"{part}/ is there and was not asked for (option part).")
    if not items:
        tree.problems.append(f"{wanted}/: no videos.")
    reals = _reals(tree, options.get("ffpp"))
    known = {stem(item.name): item.name for item in reals}
    items = [replace(item, original=known.get(item.person.partition(":")[2], "")) for item in items]
    return tree.listing("deeperforensics", [*items, *reals], _published(wanted, split_of))


def _published(part: str, split_of: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """FF++'s test originals and the whole part; how it is divided, the release's lists say if all of them are there."""
    splits = Counter(split_of.values()) if split_of else Counter(test=PUBLISHED)
    swaps = {(split, part): count for split, count in splits.items()} if splits.total() == PUBLISHED else {}
    return {("test", "original"): ffpp.PUBLISHED["test"], **swaps}


def _swaps(tree: Tree, part: str, names: list[str], split_of: Mapping[str, str]) -> Iterator[Item]:
    strange = [name for name in names if not NAME.fullmatch(stem(name))]
    tree.explain(strange)
    tree.problems += together(strange, "the name is not that of a video and an actor (000_M101)")
    for name in names:
        if match := NAME.fullmatch(stem(name)):
            split = split_of.get(stem(name), "test")
            person, actor = f"ffpp:{match[1]}", f"deeperforensics:{match[2]}"
            yield tree.item(name, "identity_swap", part, split, person=person, face_of=actor)
    if split_of:
        lacking = sorted(split_of.keys() - {stem(name) for name in names})
        tree.problems += together([f"{part}/{title}.mp4" for title in lacking], "missing, but in the release's lists")


def _parts(tree: Tree) -> dict[str, list[str]]:
    """Videos by the innermost folder that is named like a part (or else by their folder)."""
    parts: dict[str, list[str]] = {}
    for name in tree.media():
        folders = PurePosixPath(name).parts[:-1]
        part = next((f for f in reversed(folders) if KNOWN_PARTS.match(f)), "")
        if part:
            parts.setdefault(part, []).append(name)
    return parts


def _splits(tree: Tree) -> dict[str, str]:
    found = {}
    for split in SPLITS:
        if (name := LISTS.format(split)) in tree:
            lines = tree.path(name).read_text(encoding="utf-8", errors="replace").split()
            found.update({stem(line): split for line in lines})
    return found


def _reals(tree: Tree, elsewhere: str | None) -> list[Item]:
    """The test originals of FF++, below this root or the one named by the option."""
    own = tree if elsewhere is None else Tree(Path(elsewhere))
    if not own.below("original_sequences"):
        tree.problems.append("original_sequences/: no reals; name the root of FaceForensics++ (option ffpp).")
        return []
    pairs = {"test": ffpp.read_pairs(own)["test"]}
    items = list(ffpp.originals(own, ffpp.choose_compression(own, None), pairs, alone=False))
    if own is tree:
        tree.explain(name for name in tree.names if ffpp.OTHER_PARTS.match(name))
        return items
    tree.problems += own.problems
    return [replace(item, name=f"ffpp/{item.name}") for item in items]


LAYOUT = Layout(
    "deeperforensics",
    "DeeperForensics-1.0",
    (
        "end_to_end/000_M101.mp4, at any depth",
        "the root of FaceForensics++ as option ffpp, or its original_sequences/ and splits in the same root",
        "lists/splits/{train,val,test}.txt, if wanted",
    ),
    recognise,
    read,
    {"ffpp": "root of FaceForensics++, for the reals", "part": f"which part, by default {PART}"},
)
