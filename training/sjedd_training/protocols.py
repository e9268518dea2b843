"""The papers' evaluations by name: which files of which data set stand against each other.

Every protocol is a table whose rows are sets of labelled test files and whose columns are models, with what the papers
report beside them. Results are AUC over all files in which somebody could be assessed, since the papers' method never
abstains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sjedd_training import published
from sjedd_training.data.layouts import FALLBACK, Item, Listing, read_layout
from sjedd_training.data.layouts.base import few_of_each
from sjedd_training.data.rows import REAL
from sjedd_training.known import Known
from sjedd_training.manifest import Entry
from sjedd_video.errors import OptionsError

COLUMNS = {
    "ffpp": "FF++",
    "celebdf": "CDF",
    "faceshifter": "FSh",
    "deeperforensics": "DF-1.0",
    "dfdc": "DFDC",
    "ffsc": "FFSC",
}
"""Names of the data sets in the papers' tables, by layout, in their order."""
DIFFUSION = ("diffusionface", "diff")
SHORT = {"Deepfakes": "DF", "Face2Face": "F2F", "FaceSwap": "FS", "NeuralTextures": "NT"}
PROTOCOL_FOLDER = re.compile(r"protocol[-_ ]?(?P<number>[12])", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """A set of files that get one AUC.

    Attributes:
        name: What is tested.
        entries: Real and altered files.
        published: What the papers report, by column; percent.
    """

    name: str
    entries: tuple[Entry, ...]
    published: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Protocol:
    """A named evaluation.

    Attributes:
        title: Title of its table.
        rows: Its rows.
        columns: Published columns.
        notes: What to know when reading the table, e.g. data sets that were not found.
        mean: Whether the mean of the rows is part of the papers' table.
        known: Name of the row that the papers leave out of a second mean.
    """

    title: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mean: bool = False
    known: str = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every file once."""
        return tuple({entry.name: entry for row in self.rows for entry in row.entries}.values())


def cross_dataset(root: Path, limit: int | None = None) -> Protocol:
    """Trained on one data set, tested on the others; ``root`` holds a folder for each, or is one."""
    found, notes = find_data_sets(root, COLUMNS)
    rows = []
    for layout, column in COLUMNS.items():
        if layout in found:
            reported = {name: table[column] for name, table in published.CROSS_DATASET.items() if column in table}
            rows.append(Row(column, _entries(found[layout], limit), reported))
    missing = [column for layout, column in COLUMNS.items() if layout not in found]
    notes += [f"Not found below {root}: {', '.join(missing)}."] if missing else []
    return Protocol("Cross-dataset, AUC in %", tuple(rows), tuple(published.CROSS_DATASET), tuple(notes), True, "FF++")


def cross_manipulation(root: Path, limit: int | None = None) -> Protocol:
    """Trained on one of the four manipulations of FF++ (one model each), tested on all four."""
    items = [item for item in read_layout("ffpp", root).items if item.split == "test"]
    rows = [
        Row(short, _as_entries("ffpp", (i for i in items if i.row == REAL or i.group == method), limit))
        for method, short in SHORT.items()
    ]
    notes = ("The manipulation in the header is what the model was trained on. No published numbers are stored here.",)
    return Protocol("Cross-manipulation on FF++, AUC in %", tuple(rows), notes=notes)


def cross_attribute(root: Path, limit: int | None = None, shown: Sequence[str] = ()) -> Protocol:
    """FFSC: novel manipulations of attributes seen in training (Protocol-1) and novel attributes (Protocol-2).

    Where the test folder is divided into the protocols, that counts. Else a method belongs to Protocol-2 when the model
    was shown no method of its attribute, and to Protocol-1 when only the method itself was not shown. Smile and
    surprise are one attribute, expression. To a model of other data every method is new.

    Args:
        root: The data set.
        limit: Files per group.
        shown: Methods, label rows or attributes that the model was trained on; all that is below ``Train`` if empty.
    """
    listing = read_layout("ffsc", root)
    test = [item for item in listing.items if item.split == "test"]
    real = [item for item in test if item.row == REAL]
    known = Known.of(listing.items, shown)
    kinds: dict[tuple[str, str], list[Item]] = {}
    for item in test:
        if item.row != REAL:
            kinds.setdefault((_protocol_folder(item) or known.protocol_of(item), item.group), []).append(item)
    rows = [
        Row(f"{protocol}: {method}", _as_entries("ffsc", [*_reals_of(protocol, real), *items], limit))
        for (protocol, method), items in sorted(kinds.items())
    ]
    notes = ("Protocol-1: novel manipulations of known attributes. Protocol-2: novel attributes.", known.note,
             "No published numbers are stored here.")  # fmt: skip
    title = f"Cross-attribute on FFSC, AUC in %{': trained on ' if shown else ''}{', '.join(shown)}"
    return Protocol(title, tuple(rows), notes=notes)


def diffusion(root: Path, limit: int | None = None) -> Protocol:
    """DiffusionFace and DiFF, by kind of picture."""
    found, notes = find_data_sets(root, DIFFUSION)
    rows = []
    for layout, listing in found.items():
        items = [item for item in listing.items if item.split == "test"]
        for group in sorted({item.group for item in items if item.row != REAL}):
            chosen = [item for item in items if item.row == REAL or item.group == group]
            rows.append(Row(f"{layout}: {group}", _as_entries(layout, chosen, limit)))
    notes.append("No published numbers are stored here.")
    return Protocol("Diffusion sets, AUC in %", tuple(rows), notes=tuple(notes))


def files_under_test(root: Path, limit: int | None = None) -> Row:
    """The test files of one data set of any layout."""
    listing = read_layout(None, root)
    return Row(COLUMNS.get(listing.layout, listing.layout), _entries(listing, limit))


PROTOCOLS: dict[str, Callable[[Path, int | None], Protocol]] = {
    "cross-dataset": cross_dataset,
    "cross-manipulation": cross_manipulation,
    "cross-attribute": cross_attribute,
    "diffusion": diffusion,
}
"""Protocols that are tables of models; ``robustness`` is in its own module."""


def find_data_sets(root: Path, wanted: Iterable[str]) -> tuple[dict[str, Listing], list[str]]:
    """Data sets at ``root`` or in its folders, by layout, in the order wanted, and what was passed over.

    Raises:
        OptionsError: There is none, or a data set is incomplete beyond use.
    """
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    guesses = {path: _guess(path) for path in (root, *folders)}
    own, others = guesses.pop(root), {guess.layout for guess in guesses.values() if isinstance(guess, Listing)}
    # Some layouts are known at any depth: what lies in a folder counts where it is another data set.
    whole = isinstance(own, Listing) and others <= {own.layout, FALLBACK}
    found: dict[str, tuple[Path, Listing]] = {}
    notes: list[str] = []
    for path, guess in ({root: own} if whole else guesses).items():
        if isinstance(guess, OptionsError):
            notes.append(f"Passed over {path.name}: {guess.message}")
        elif guess.layout in found:
            both = f"{found[guess.layout][0]} and {path} both look like {guess.layout}."
            raise OptionsError(both, "Keep one of each below --root.")
        else:
            found[guess.layout] = (path, guess)
    listings = {layout: listing for layout in wanted if (listing := _listing(layout, found)) is not None}
    if not listings:
        raise OptionsError(
            f"{root}: no data set of this protocol. {' '.join(notes)}".strip(), "See docs/evaluation.md."
        )
    return listings, notes


def _guess(path: Path) -> Listing | OptionsError:
    """What a folder holds by the layout that it looks like, or why there is none."""
    try:
        return read_layout(None, path)
    except OptionsError as error:
        return error


def _listing(layout: str, found: Mapping[str, tuple[Path, Listing]]) -> Listing | None:
    """The listing of a layout, if it was found; FaceShifter and the reals of DF-1.0 lie in FF++'s folders."""
    ffpp = found["ffpp"][0] if "ffpp" in found else None
    if layout in found:
        path, listing = found[layout]
        return read_layout(layout, path, ffpp=str(ffpp)) if layout == "deeperforensics" and ffpp else listing
    if layout == "faceshifter" and ffpp and any(ffpp.glob("manipulated_sequences/FaceShifter/*/*")):
        return read_layout(layout, ffpp)
    return None


def _entries(listing: Listing, limit: int | None) -> tuple[Entry, ...]:
    return _as_entries(listing.layout, (item for item in listing.items if item.split == "test"), limit)


def _as_entries(layout: str, items: Iterable[Item], limit: int | None) -> tuple[Entry, ...]:
    """Entries of a manifest; of each group at most ``limit``, the same every time."""
    return tuple(
        Entry(f"{layout}:{item.name}", item.path, int(item.row != REAL), {"group": item.group, "person": item.person})
        for item in few_of_each(items, limit)
    )


def _protocol_folder(item: Item) -> str:
    """Protocol that an item's folder names, or an empty string."""
    folder = PROTOCOL_FOLDER.search(item.name)
    return f"Protocol-{folder['number']}" if folder else ""


def _reals_of(protocol: str, real: Sequence[Item]) -> list[Item]:
    """Reals of the same protocol folder, or all where they are not divided."""
    return [item for item in real if _protocol_folder(item) == protocol] or list(real)
