"""Celeb-DF v2: interviews of celebrities, their identity swaps, and the official list of test videos."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from sjedd_training.data.layouts.base import Item, Layout, Listing, Tree, stem, together
from sjedd_training.data.rows import REAL
from sjedd_video.errors import OptionsError

TEST_LIST = "List_of_testing_videos.txt"
FOLDERS = {"Celeb-real": REAL, "YouTube-real": REAL, "Celeb-synthesis": "identity_swap"}
PUBLISHED = {"Celeb-real": 590, "YouTube-real": 300, "Celeb-synthesis": 5639}
"""Videos of each folder, by the release's README [Li et al., Celeb-DF, CVPR 2020]."""
SWAP = re.compile(r"(id\d+)_(id\d+)_(\d+)")
"""``id0_id16_0003`` is the video ``id0_0003`` with the face of person 16."""
REAL_DIGIT = "1"
"""In the official list 1 means real."""


def recognise(tree: Tree) -> bool:
    """Two of the three folders."""
    return len(FOLDERS.keys() & tree.top()) >= 2


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the videos: those of the official list are the test split, the others training."""
    test = _test_list(tree)
    listed: dict[str, str] = {}
    for name, digit in test.items():
        folder, _, file = name.partition("/")
        there = tree.first(name, f"{folder}/videos/{file}")
        if not there:
            tree.problems.append(f"{name}: in {TEST_LIST}, but missing.")
        elif (digit == REAL_DIGIT) != (FOLDERS.get(folder) == REAL):
            tree.problems.append(f"{name}: {TEST_LIST} says {'real' if digit == REAL_DIGIT else 'altered'}.")
        listed[there] = "test"
    return tree.listing("celebdf", _items(tree, listed), _published(test))


def _published(test: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """The list says how many videos of a folder are for testing; the others are for training."""
    tests = Counter(name.partition("/")[0] for name in test)
    return {
        (split, folder): count
        for folder, total in PUBLISHED.items()
        for split, count in (("train", total - tests[folder]), ("test", tests[folder]))
    }


def _items(tree: Tree, listed: Mapping[str, str]) -> Iterator[Item]:
    for folder, row in FOLDERS.items():
        names = tree.media(folder)
        if not names:
            tree.problems.append(f"{folder}/: no videos.")
        for name in names:
            person, original, face_of = _origin(tree, folder, stem(name))
            split = listed.get(name, "train")
            yield tree.item(name, row, folder, split, person=person, original=original, face_of=face_of)


def _origin(tree: Tree, folder: str, title: str) -> tuple[str, str, str]:
    """Person in the video, and of a swap the untouched video that it was made from and the person whose face it has."""
    if folder == "YouTube-real":
        return f"celebdf:{title}", "", ""
    if folder == "Celeb-real":
        return f"celebdf:{title.partition('_')[0]}", "", ""
    match = SWAP.fullmatch(title)
    if match is None:
        tree.problems.append(f"{folder}/{title}: the name does not say who was swapped (id0_id1_0000).")
        return "", "", ""
    file = f"{match[1]}_{match[3]}.mp4"
    original = tree.first(f"Celeb-real/{file}", f"Celeb-real/videos/{file}")
    return f"celebdf:{match[1]}", original, f"celebdf:{match[2]}"


def _test_list(tree: Tree) -> dict[str, str]:
    if TEST_LIST not in tree:
        raise OptionsError(f"{tree.root / TEST_LIST}: the official test list is missing.", "Copy it from the release.")
    lines = tree.path(TEST_LIST).read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [line.split(maxsplit=1) for line in lines if line.strip()]
    bad = [" ".join(row) for row in rows if len(row) != 2 or row[0] not in {"0", "1"}]
    tree.problems += together(bad, f"a line of {TEST_LIST} that is not `1 Celeb-real/id0_0000.mp4`")
    return {row[1].strip(): row[0] for row in rows if len(row) == 2 and row[0] in {"0", "1"}}


LAYOUT = Layout(
    "celebdf",
    "Celeb-DF v2",
    ("Celeb-real/id0_0000.mp4", "Celeb-synthesis/id0_id1_0000.mp4", "YouTube-real/00000.mp4", TEST_LIST),
    recognise,
    read,
)
