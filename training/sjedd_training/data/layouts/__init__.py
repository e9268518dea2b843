"""How data sets lie on disk. Every module here that has a ``LAYOUT`` is one layout; a new one is one new file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sjedd_training.data.layouts.base import Item, Layout, Listing, Tree
from sjedd_video.errors import OptionsError

__all__ = ["FALLBACK", "LAYOUTS", "Item", "Layout", "Listing", "read_layout"]


def _found() -> dict[str, Layout]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    layouts = [module.LAYOUT for module in modules if hasattr(module, "LAYOUT")]
    return {layout.name: layout for layout in sorted(layouts, key=lambda layout: layout.name)}


LAYOUTS = _found()
"""Every layout by its name."""
FALLBACK = "folders"
"""The layout that looks like many others; guessed only when nothing else fits."""


def read_layout(name: str | None, root: Path, **options: str) -> Listing:
    """List the data set below ``root``.

    Args:
        name: Name of a layout, or None to guess it by the files.
        root: Folder of the data set.
        **options: Options of the layout; see ``LAYOUTS[name].options``.

    Raises:
        OptionsError: The folder or layout does not exist, none or several fit, an option is unknown, or a file that
            says what belongs together is missing.
    """
    if not root.is_dir():
        raise OptionsError(f"{root}: no such folder.", "Name the folder of a data set.")
    if name is not None and name not in LAYOUTS:
        raise OptionsError(f"There is no layout {name!r}.", f"Layouts: {', '.join(LAYOUTS)}.")
    tree = Tree(root)
    layout = _guess(tree) if name is None else LAYOUTS[name]
    if unknown := sorted(options.keys() - layout.options.keys()):
        known = ", ".join(layout.options) or "none"
        raise OptionsError(f"The layout {layout.name} has no option {unknown[0]!r}.", f"It has: {known}.")
    listing = layout.read(tree, options)
    if not listing.items:
        raise OptionsError(
            f"{root}: nothing of the layout {layout.name}: {'; '.join(layout.expects)}.", _first(listing)
        )
    return listing


def _guess(tree: Tree) -> Layout:
    fitting = [layout for layout in LAYOUTS.values() if layout.recognise(tree)]
    chosen = [layout for layout in fitting if layout.name != FALLBACK] or fitting
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(layout.name for layout in chosen or LAYOUTS.values())
    what = "looks like several layouts" if chosen else "looks like no known layout"
    raise OptionsError(f"{tree.root} {what}.", f"Name one with --layout: {names}.")


def _first(listing: Listing) -> str:
    return f"First of {len(listing.problems)} problems: {listing.problems[0]}" if listing.problems else ""
