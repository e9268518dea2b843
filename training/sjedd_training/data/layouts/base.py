"""What the layouts share: their items and listings, and the tree of files that they explain."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

SPLITS = ("train", "val", "test")
VIDEOS = frozenset({".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
PAPERWORK = frozenset({
    ".csv", ".json", ".log", ".md", ".npy", ".npz", ".pdf", ".py", ".sh", ".toml", ".txt", ".xlsx", ".yaml", ".yml",
})  # fmt: skip
"""Files beside the media that need no rule."""
GROUPED = 3
"""From this many files on, a problem of a whole folder is one line."""


@dataclass(frozen=True)
class Item:
    """One video or picture of a data set.

    Attributes:
        path: The file.
        row: What is known of it: see `sjedd_training.data.rows`.
        group: Manipulation or part of the data set, e.g. ``Deepfakes``.
        split: ``train``, ``val`` or ``test``.
        person: Identity, or an empty string; of a forgery that of its original.
        original: ``name`` of the untouched item that it was made from, or an empty string.
        name: Its path relative to the root, with ``/``; unique.
        face_of: Identity whose face was swapped in, or an empty string.
    """

    path: Path
    row: str
    group: str
    split: str
    person: str = ""
    original: str = ""
    name: str = ""
    face_of: str = ""

    @property
    def video(self) -> bool:
        """Whether the name is that of a video."""
        return is_video(self.name)


@dataclass(frozen=True)
class Listing:
    """What a root holds by one layout.

    Attributes:
        layout: Name of the layout.
        items: Everything that is there, ordered by split, group and name.
        problems: What is missing or surprising, one sentence each.
        notes: What was left out on purpose.
        published: Files per ``(split, group)`` as published; empty where no numbers are known here.
    """

    layout: str
    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    published: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """Files per ``(split, group)``."""
        return dict(Counter((item.split, item.group) for item in self.items))

    @property
    def complete(self) -> bool:
        """Whether nothing is missing or surprising and no count differs from a published one; see ``compared``."""
        counts = self.counts
        return not self.problems and all(counts.get(key, 0) == wanted for key, wanted in self.published.items())

    @property
    def compared(self) -> bool:
        """Whether every count has a published one beside it."""
        return self.counts.keys() <= self.published.keys()


@dataclass(frozen=True)
class Layout:
    """One way to lay out a data set on disk.

    Attributes:
        name: Name on the command line.
        title: What it is.
        expects: Files and folders that are expected below the root.
        recognise: Whether a tree looks like it.
        read: Lists a tree; gets the options by name.
        options: Options that ``read`` knows, with their help.
        hierarchy: Built-in hierarchy whose label table has its rows.
    """

    name: str
    title: str
    expects: tuple[str, ...]
    recognise: Callable[[Tree], bool]
    read: Callable[[Tree, Mapping[str, str]], Listing]
    options: Mapping[str, str] = field(default_factory=dict)
    hierarchy: str = "ffpp"


class Tree:
    """The files below a root. Links to folders are not followed, and links to files not out of the root.

    Attributes:
        root: The root, resolved.
        names: Sorted relative paths of all files, with ``/``.
        problems: What was met while looking, and what the layout adds.
        notes: What the layout leaves out on purpose.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.names = sorted(self._walk())
        self._known = set(self.names)
        self._explained: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def below(self, folder: str) -> list[str]:
        """Names of all files below ``folder`` (an empty string for all)."""
        if not folder:
            return self.names
        prefix = folder.rstrip("/") + "/"
        # "0" follows "/" in the order of names.
        return self.names[bisect_left(self.names, prefix) : bisect_left(self.names, prefix[:-1] + "0")]

    def media(self, folder: str = "") -> list[str]:
        """Names of the videos and pictures below ``folder``."""
        return [name for name in self.below(folder) if is_video(name) or is_picture(name)]

    def top(self) -> set[str]:
        """Names of the folders directly below the root."""
        return {name.partition("/")[0] for name in self.names if "/" in name}

    def first(self, *names: str) -> str:
        """The first of ``names`` that exists, or an empty string."""
        return next((name for name in names if name in self._known), "")

    def path(self, name: str) -> Path:
        """Absolute path of a file."""
        return self.root / name

    def explain(self, names: Iterable[str]) -> None:
        """Take note that a rule accounts for ``names``."""
        self._explained.update(names)

    def item(
        self, name: str, row: str, group: str, split: str, *, person: str = "", original: str = "", face_of: str = ""
    ) -> Item:
        """An item for a file that is there."""
        self._explained.add(name)
        return Item(self.path(name), row, group, split, person, original, name, face_of)

    def listing(
        self, layout: str, items: Iterable[Item], published: Mapping[tuple[str, str], int] | None = None
    ) -> Listing:
        """The listing, with a problem for every file that no rule explained."""
        ordered = sorted(items, key=lambda item: (SPLITS.index(item.split), item.group, item.name))
        unexplained = [n for n in self.names if n not in self._explained and suffix(n) not in PAPERWORK]
        surprises = together(unexplained, "no rule explains")
        return Listing(layout, tuple(ordered), (*self.problems, *surprises), tuple(self.notes), dict(published or {}))

    def _walk(self) -> Iterator[str]:
        def unreadable(error: OSError) -> None:
            self.problems.append(f"{self._relative(str(error.filename))}: cannot be read: {error.strerror}.")

        for where, folders, names in os.walk(self.root, onerror=unreadable):
            here = Path(where)
            for folder in [f for f in folders if (here / f).is_symlink()]:
                self.problems.append(
                    f"{self._relative(str(here / folder))}: a link to a folder, which is not followed."
                )
            folders[:] = [folder for folder in folders if not folder.startswith(".")]
            for name in names:
                path = here / name
                if not name.startswith(".") and self._usable(path):
                    yield path.relative_to(self.root).as_posix()

    def _usable(self, path: Path) -> bool:
        """Whether a file is a regular one within the root."""
        try:
            if path.is_symlink() and not path.resolve().is_relative_to(self.root):
                self.problems.append(f"{self._relative(str(path))}: a link out of the root, which is not followed.")
                return False
            if not path.is_file():
                self.problems.append(f"{self._relative(str(path))}: not a regular file.")
                return False
        except OSError as error:
            self.problems.append(f"{self._relative(str(path))}: cannot be read: {error.strerror}.")
            return False
        return True

    def _relative(self, path: str) -> str:
        return Path(path).relative_to(self.root).as_posix() if path != str(self.root) else "."


def few_of_each(items: Iterable[Item], limit: int | None) -> list[Item]:
    """At most ``limit`` items of each group, drawn at random but the same every time; all without a limit."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    rng, chosen = np.random.default_rng(0), list[Item]()
    for members in groups.values():
        few = limit is not None and limit < len(members)
        chosen += [members[i] for i in sorted(rng.choice(len(members), limit, replace=False))] if few else members
    return chosen


def together(names: Iterable[str], what: str) -> list[str]:
    """Problems of many files: one line per file, or per folder where it has many. ``what`` ends the sentence."""
    folders: dict[str, list[str]] = {}
    for name in names:
        folders.setdefault(str(PurePosixPath(name).parent), []).append(name)
    lines = []
    for folder, found in folders.items():
        if len(found) < GROUPED:
            lines += [f"{name}: {what}." for name in found]
        else:
            lines.append(f"{folder}/: {len(found)} files, e.g. {PurePosixPath(found[0]).name}: {what}.")
    return lines


def suffix(name: str) -> str:
    """Lower-case suffix of a name, with its dot."""
    return PurePosixPath(name).suffix.lower()


def stem(name: str) -> str:
    """Last part of a name without its suffix."""
    return PurePosixPath(name).stem


def is_video(name: str) -> bool:
    """Whether the suffix is that of a video."""
    return suffix(name) in VIDEOS


def is_picture(name: str) -> bool:
    """Whether the suffix is that of a still picture."""
    return suffix(name) in PICTURES
