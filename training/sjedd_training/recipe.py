"""Recipes: everything a training run depends on, as plain values that are stored with its checkpoints."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import starmap
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from sjedd_training.recipe_sections import DataRecipe, FitRecipe, ModelRecipe, Section
from sjedd_video.errors import OptionsError
from sjedd_video.model.card import Preprocess

MAY_DIFFER = frozenset({"fit.steps", "fit.epochs", "fit.save_every", "data.mirror"})
"""Keys that may be changed before a run is resumed."""


class Recipe(Section):
    """A whole recipe.

    Attributes:
        name: Short name.
        about: What it is, in one line.
        table: The experiment of the papers that it repeats, if any.
        published: Video-level AUC in percent that the papers report for it, by data set.
    """

    name: str
    about: str = ""
    table: str = ""
    published: dict[str, float] = Field(default_factory=dict)
    model: ModelRecipe
    data: DataRecipe
    fit: FitRecipe

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.fit.loss == "hierarchical" and self.model.scoring == "pair":
            raise ValueError("pair scoring has no joint probability for the hierarchical loss")
        return self

    @property
    def preprocess(self) -> Preprocess:
        """How the trained model's crops become its input."""
        data, size = self.data, self.data.crop_sizes[-1][1]
        return Preprocess(
            crop_scale=data.crop_scale,
            crop_down=data.crop_down,
            crop_size=size,
            input_size=data.input_size or size,
            mirror=data.mirror,
            mean=self.model.mean,
            std=self.model.std,
        )

    def for_faces(self, count: int) -> Recipe:
        """The recipe with ``fit.steps`` worked out from its epochs, for a split of ``count`` faces."""
        if self.fit.steps:
            return self
        steps = math.ceil(self.fit.epochs * count / (2 * self.fit.pairs))
        return self.model_copy(update={"fit": self.fit.model_copy(update={"steps": steps})})

    def require_same(self, other: Recipe, where: Path) -> None:
        """Refuse to go on with another recipe than ``other``, by which the run at ``where`` was begun.

        Raises:
            OptionsError: A key differs that the weights depend on; the message names all of them.
        """
        mine, theirs = dict(_leaves(_core(self))), dict(_leaves(_core(other)))
        differ = [key for key in sorted(mine | theirs) if mine.get(key) != theirs.get(key) and key not in MAY_DIFFER]
        if differ:
            found = ", ".join(f"{key} (was {theirs.get(key)}, is {mine.get(key)})" for key in differ)
            raise OptionsError(f"{where} was begun by another recipe: {found}.", "Give a new --out, or the old recipe.")

    def to_toml(self) -> str:
        """The recipe with all its defaults, as a file that `load_recipe` reads."""
        values = self.model_dump(mode="json", exclude_none=True)
        sections = {name: values.pop(name) for name in ("published", "model", "data", "fit")}
        mixes = sections["data"].pop("mix")
        blocks = [values] + [{f"[{name}]": None, **section} for name, section in sections.items() if section]
        blocks += [{"[[data.mix]]": None, **mix} for mix in mixes]
        return "\n\n".join("\n".join(starmap(toml_line, block.items())) for block in blocks) + "\n"


def toml_line(key: str, value: Any) -> str:
    """A line of TOML: a heading, or a key with a number, a word or a list of them, which JSON writes alike."""
    if value is None:
        return key
    return f"{key if key.isidentifier() else json.dumps(key)} = {json.dumps(value)}"


def _core(recipe: Recipe) -> dict[str, Any]:
    values = recipe.model_dump(mode="json", include={"model", "data", "fit"})
    # It was read when the run began: its place may change since, its name may not.
    values["model"]["backbone"] = Path(recipe.model.backbone).name
    return values


def _leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
