"""Plans: several runs, each made from earlier ones, as one thing to fit.

A plan is a TOML file beside the recipes, with ``[[parts]]`` in the order in which they are made. The last part is the
result and lies in the folder of the plan itself; the others lie in folders below it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from sjedd_training.average import average_runs
from sjedd_training.join import join_runs
from sjedd_training.parallel import Ranks
from sjedd_training.recipe import Recipe, toml_line
from sjedd_training.recipe_files import invalid, load_recipe, read_values
from sjedd_training.recipe_sections import Section
from sjedd_training.run import is_finished
from sjedd_video.errors import OptionsError


class Part(Section):
    """One run of a plan; what makes it is one of ``fit``, ``average``, ``settle`` and ``join``.

    Attributes:
        name: Its name in the plan, and that of its folder.
        fit: Recipe to fit.
        begin: Earlier part that ``fit`` begins with, in place of the recipe's ``model.backbone``.
        average: Earlier parts whose weights are averaged, see `sjedd_training.average`.
        settle: Earlier part that is to say nothing about stills, see `sjedd_training.settle`.
        join: Two earlier parts that become one model, see `sjedd_training.join`.
        shares: Factors of the scores of the two.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    fit: str = ""
    begin: str = ""
    average: tuple[str, ...] = ()
    settle: str = ""
    join: tuple[()] | tuple[str, str] = ()
    shares: tuple[float, float] = (1.0, 1.0)

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the parts that it is made from."""
        return tuple(name for name in (self.begin, *self.average, self.settle, *self.join) if name)

    @model_validator(mode="after")
    def _made_in_one_way(self) -> Self:
        if sum(map(bool, (self.fit, self.average, self.settle, self.join))) != 1:
            raise ValueError("give one of fit, average, settle and join")
        if self.begin and not self.fit:
            raise ValueError("only a fit has a part to begin with")
        return self


class Plan(Section):
    """A whole plan.

    Attributes:
        name: Short name.
        about: What it makes, in one line.
        parts: What is made, in order.
    """

    name: str
    about: str = ""
    parts: tuple[Part, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _made_in_order(self) -> Self:
        known: set[str] = set()
        for part in self.parts:
            if missing := [name for name in part.needs if name not in known]:
                raise ValueError(f"{part.name} is made from {missing[0]}, which is not a part before it")
            if part.name in known:
                raise ValueError(f"two parts are called {part.name}")
            known.add(part.name)
        return self

    def folder(self, name: str, out: Path) -> Path:
        """Where the part called ``name`` lies: ``out`` itself for the last one."""
        return out if name == self.parts[-1].name else out / name

    def recipes(self, out: Path, changes: Sequence[str] = ()) -> dict[str, Recipe]:
        """The recipe of every part that is fitted, by the name of the part.

        Args:
            out: Folder of the plan.
            changes: As for `load_recipe`; made in every recipe.

        Raises:
            OptionsError: A recipe is unknown, or a change is impossible.
        """
        begun = {
            part.name: [f"model.backbone={json.dumps(str(self.folder(part.begin, out)))}"]
            for part in self.parts
            if part.begin
        }
        return {
            part.name: load_recipe(part.fit, [*changes, *begun.get(part.name, ())]) for part in self.parts if part.fit
        }

    def to_toml(self) -> str:
        """The plan as a file that `load_plan` reads."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        blocks = [{"name": self.name, "about": self.about}, *({"[[parts]]": None, **part} for part in values["parts"])]
        return "\n\n".join("\n".join(starmap(toml_line, block.items())) for block in blocks) + "\n"


def load_plan(name_or_path: str | Path) -> Plan:
    """The built-in plan of that name, or the one in that TOML file.

    Raises:
        OptionsError: It cannot be read, or is no plan that can be carried out.
    """
    try:
        return Plan.model_validate(read_values(str(name_or_path)))
    except ValidationError as error:
        raise invalid(str(name_or_path), error) from error


def carry_out(
    plan: Plan,
    recipes: Mapping[str, Recipe],
    out: Path,
    ranks: Ranks,
    *,
    fit: Callable[[Recipe, Path], None],
    settle: Callable[[Path, Path], None],
    tell: Callable[[int, Part], None] = lambda _place, _part: None,
) -> bool:
    """Make all parts of ``plan`` that are not finished yet.

    Of several processes that ``torchrun`` started, all fit, and the first alone does the rest while the others wait.

    Args:
        plan: The plan.
        recipes: What `Plan.recipes` gives for ``out``.
        out: Folder of the plan.
        ranks: This process among all.
        fit: Fits a recipe into a folder, or a part of it where its time is up.
        settle: Makes a quiet run in the second folder from the first.
        tell: Called with the place (from 0) and the part, before each one that is worked on.

    Returns:
        Whether all of it is finished.

    Raises:
        OptionsError: A part cannot be made from those before it, or its folder holds another run.
        ModelError: As of `sjedd_training.fit.fit`.
    """
    made = _made(plan, recipes, out)
    ranks.wait()  # nobody adds to what is made while another process still looks
    for place, part in enumerate(plan.parts):
        if part.name in made:
            continue
        tell(place, part)
        folder = plan.folder(part.name, out)
        if part.name in recipes:
            fit(recipes[part.name], folder)
            if not is_finished(folder):
                return False
            continue
        if ranks.rank == 0:
            _make(part, [plan.folder(name, out) for name in part.needs], folder, settle)
        ranks.wait()
    return True


def _made(plan: Plan, recipes: Mapping[str, Recipe], out: Path) -> set[str]:
    """Names of the finished parts.

    Raises:
        OptionsError: A folder holds a run that was not made by the plan, which would be found out hours later.
    """
    made: set[str] = set()
    for part in plan.parts:
        folder = plan.folder(part.name, out)
        if not is_finished(folder, recipes.get(part.name)):
            continue
        if missing := [plan.folder(name, out) for name in part.needs if name not in made]:
            message = f"{folder} holds a run already, and {missing[0]}, which {part.name} is made from, does not."
            raise OptionsError(message, "Choose another --out.")
        made.add(part.name)
    return made


def _make(part: Part, needed: list[Path], folder: Path, settle: Callable[[Path, Path], None]) -> None:
    if part.average:
        average_runs(needed, folder)
    elif part.join:
        join_runs(needed[0], needed[1], folder, part.shares)
    else:
        settle(needed[0], folder)
