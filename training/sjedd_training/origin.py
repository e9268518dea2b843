"""What the card of a bundle says of how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ValidationError

from sjedd_training.data.mix import Mix
from sjedd_video.model.card import Card


@dataclass(frozen=True)
class Origin:
    """How a model was made.

    Attributes:
        calibrated: Whether its scores can be read as probabilities.
        recipe: Name of its recipe; empty where the card has none.
        forgeries: Sources, label rows or attributes of the forged faces that it was shown, by all of its recipes; empty
            where these do not say.
    """

    calibrated: bool
    recipe: str = ""
    forgeries: tuple[str, ...] = ()

    @classmethod
    def of(cls, card: Card) -> Self:
        """Read a card."""
        calibrated = card.calibration is not None
        try:
            told = _Training.model_validate(card.training)
        except ValidationError:
            return cls(calibrated)
        return cls(calibrated, told.recipe.name, _forgeries([*(one.recipe for one in told.made_from), told.recipe]))


class _Data(BaseModel):
    forgeries: tuple[str, ...]
    mix: tuple[Mix, ...]


class _Recipe(BaseModel):
    """The keys of a recipe that matter here; other versions of this program may have other ones beside them."""

    name: str
    data: _Data


class _Run(BaseModel):
    recipe: _Recipe


class _Training(_Run):
    made_from: tuple[_Run, ...] = ()


def _forgeries(recipes: list[_Recipe]) -> tuple[str, ...]:
    """What the recipes name; nothing if one of them takes all that its data holds."""
    named = [recipe.data.forgeries for recipe in recipes if any(mix.needs_forged for mix in recipe.data.mix)]
    return tuple(dict.fromkeys(name for names in named for name in names)) if all(named) else ()
