"""Where recipes and plans come from: TOML files of the user, and the built-in ones.

A recipe may name another as its ``base`` and give only the keys that differ. Built-in ones are the files in
``recipes/`` and the tables of ``recipes/papers.toml``, one per experiment of the papers. A file with ``[[parts]]`` is a
plan of several recipes (`sjedd_training.plan`).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sjedd_training.recipe import Recipe
from sjedd_video.errors import OptionsError

PAPERS = "papers"
OWN = frozenset({"about", "table", "published"})
"""Keys that describe one recipe and are not taken over from its base."""
PARTS = "parts"
"""The key that a plan has and a recipe has not."""


def recipe_names() -> tuple[str, ...]:
    """Names of the built-in recipes: ours first, then those of the papers in their order."""
    return (*(name for name in _own_names() if PARTS not in _own(name)), *_papers())


def plan_names() -> tuple[str, ...]:
    """Names of the built-in plans."""
    return tuple(name for name in _own_names() if PARTS in _own(name))


def is_plan(name_or_path: str | Path) -> bool:
    """Whether a built-in name or a TOML file stands for a plan rather than for a recipe.

    Raises:
        OptionsError: It cannot be read.
    """
    return PARTS in read_values(str(name_or_path))


def load_recipe(name_or_path: str | Path, changes: Sequence[str] = ()) -> Recipe:
    """Load a built-in recipe by name or a TOML file by path.

    Args:
        name_or_path: A name of `recipe_names`, or a path ending in ``.toml``.
        changes: ``section.key=value`` with the value written as in TOML, in place of the recipe's own.

    Raises:
        OptionsError: The file cannot be read, or a key is unknown or impossible; the message names it.
    """
    text = str(name_or_path)
    try:
        values = _merged(text, ())
        for change in changes:
            values = _overlaid(values, _change(change))
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise invalid(text, error) from error


def read_values(name_or_path: str) -> dict[str, Any]:
    """What a built-in recipe or plan, or a TOML file, says itself.

    Raises:
        OptionsError: It cannot be read.
    """
    try:
        return _read(name_or_path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{name_or_path}: cannot be read as a recipe: {error}."
        raise OptionsError(message, "Give a name or a .toml file.") from error


def invalid(name: str, error: ValidationError) -> OptionsError:
    """What to tell of a recipe or plan called ``name`` whose keys are unknown or impossible."""
    found = "; ".join(": ".join(filter(None, (".".join(map(str, e["loc"])), e["msg"]))) for e in error.errors())
    return OptionsError(f"{name}: {found}.", "Compare with a built-in recipe.")


def _merged(name: str, seen: tuple[str, ...]) -> dict[str, Any]:
    """The values of a recipe over those of its bases."""
    if name in seen:
        chain = " -> ".join([*seen, name])
        raise OptionsError(f"Recipes are based on each other: {chain}.", "Give one of them its own values.")
    values = read_values(name)
    if PARTS in values:
        advice = f"Name one of them; `sjedd-train recipes {name}` prints the plan."
        raise OptionsError(f"{name} is a plan of several recipes.", advice)
    base = values.pop("base", None)
    if base is None:
        return values
    below = {key: value for key, value in _merged(base, (*seen, name)).items() if key not in OWN}
    return _overlaid(below, values)


def _read(name: str) -> dict[str, Any]:
    path = Path(name)
    if path.suffix == ".toml" and (path.exists() or path.parent != Path("recipes")):
        return tomllib.loads(path.read_text("utf-8"))
    name = path.stem if path.suffix == ".toml" else name  # recipes/NAME.toml is the built-in one
    papers = _papers()
    if name in papers:
        return {"name": name, **papers[name]}
    if name not in _own_names():
        raise OptionsError(f"There is no recipe called {name!r}.", "See `sjedd-train recipes`, or give a .toml file.")
    return _own(name)


def _own_names() -> list[str]:
    """Names of our recipes and plans, in order."""
    names = (entry.name for entry in (files("sjedd_training") / "recipes").iterdir())
    return sorted({Path(name).stem for name in names if name.endswith(".toml")} - {PAPERS})


def _own(name: str) -> dict[str, Any]:
    return tomllib.loads((files("sjedd_training") / "recipes" / f"{name}.toml").read_text("utf-8"))


def _papers() -> dict[str, dict[str, Any]]:
    return _own(PAPERS)


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``above`` over ``below``, table by table; lists are replaced whole."""
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            both[key] = _overlaid(below[key], above[key])
    return both


def _change(text: str) -> dict[str, Any]:
    key, equals, value = text.partition("=")
    bare = json.dumps(value.strip())  # a word or path, as one would write it in a shell
    for written in (value, bare) if equals and "." in key else ():
        try:
            return tomllib.loads(f"{key.strip()} = {written}")
        except tomllib.TOMLDecodeError:
            continue
    raise OptionsError(f"{text!r} is no change of a recipe.", "Write section.key=value, e.g. fit.steps=200.")
