"""Where recipes come from: TOML files of the user, and the built-in ones.

A recipe may name another as its ``base`` and give only the keys that differ. Built-in ones are the files in
``recipes/`` and the tables of ``recipes/papers.toml``, one per experiment of the papers.
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


def recipe_names() -> tuple[str, ...]:
    """Names of the built-in recipes: ours first, then those of the papers in their order."""
    folder = files("sjedd_training") / "recipes"
    own = sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return (*(name for name in own if name != PAPERS), *_papers())


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
        found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise OptionsError(f"{text}: {found}.", "Compare with a built-in recipe.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionsError(f"{text}: cannot be read as a recipe: {error}.", "Give a name or a .toml file.") from error


def _merged(name: str, seen: tuple[str, ...]) -> dict[str, Any]:
    """The values of a recipe over those of its bases."""
    if name in seen:
        chain = " -> ".join([*seen, name])
        raise OptionsError(f"Recipes are based on each other: {chain}.", "Give one of them its own values.")
    values = _read(name)
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
    if name not in recipe_names():
        raise OptionsError(f"There is no recipe called {name!r}.", "See `sjedd-train recipes`, or give a .toml file.")
    return tomllib.loads((files("sjedd_training") / "recipes" / f"{name}.toml").read_text("utf-8"))


def _papers() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("sjedd_training") / "recipes" / f"{PAPERS}.toml").read_text("utf-8"))


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``above`` over ``below``, table by table; lists are replaced whole."""
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            both[key] = _overlaid(below[key], above[key])
    return both


def _change(text: str) -> dict[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or "." not in key:
        raise OptionsError(f"{text!r} is no change of a recipe.", "Write section.key=value, e.g. fit.steps=200.")
    try:
        return tomllib.loads(f"{key.strip()} = {value}")
    except tomllib.TOMLDecodeError:
        # A bare word or path, as one would write it in a shell.
        return tomllib.loads(f"{key.strip()} = {json.dumps(value.strip())}")
