"""The card of a bundle: everything needed to understand, check and use the weights beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from sjedd_video.errors import ModelError
from sjedd_video.hierarchy import Hierarchy, parse_hierarchy
from sjedd_video.types import Crop

CARD: Final = "card.json"
WEIGHTS: Final = "weights.safetensors"
GRAPH: Final = "image_tower.onnx"
GOLDEN: Final = "golden.npz"
TEXT_TOWER: Final = "text_tower.safetensors"
PLACES: Final = "places.onnx"

PartName = Literal["weights.safetensors", "image_tower.onnx", "golden.npz", "text_tower.safetensors", "places.onnx"]
REQUIRED: tuple[PartName, ...] = (WEIGHTS, GRAPH, GOLDEN)

NAME_PATTERN = r"[a-z0-9][a-z0-9._-]{0,63}"
Probability = Annotated[float, Field(ge=0, le=1)]
Deviation = Annotated[float, Field(gt=0)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Part(_Closed):
    """One file of a bundle."""

    sha256: str = Field(pattern=r"[0-9a-f]{64}")
    size: int = Field(ge=0)


class Preprocess(_Closed):
    """From a picture to the input of the image tower.

    Attributes:
        crop_scale: Field of view of the aligned crop relative to the alignment template; 1.3 in the paper's release.
        crop_down: How far that field is moved towards the chin, in sides of the template; 0 in the paper's release.
        crop_size: Side of the aligned crop in pixels; 317 in the paper's release.
        input_size: Side of the tower's input in pixels; a crop of another size is resized to it.
        interpolation: How it is resized (Pillow's bicubic filter, as in CLIP).
        mirror: Whether the raw scores are the mean of those of a crop and of its mirror image.
        mean: Channel means R, G, B of values in [0, 1].
        std: Channel deviations of the same.
    """

    crop_scale: float = Field(gt=0)
    crop_down: float = Field(default=0.0, ge=-1, le=1)
    crop_size: int = Field(ge=16, le=2048)
    input_size: int = Field(ge=16, le=2048)
    interpolation: Literal["bicubic"] = "bicubic"
    mirror: bool = False
    mean: tuple[float, float, float]
    std: tuple[Deviation, Deviation, Deviation]

    @property
    def crop(self) -> Crop:
        """Where the model looks."""
        return Crop(self.crop_scale, self.crop_size, self.crop_down)


class ErrorRate(_Closed):
    """False positive and false negative rate at a threshold of the calibrated probability, held out."""

    threshold: Probability
    fpr: Probability
    fnr: Probability


class CalibrationSection(_Closed):
    """How p(face) becomes a calibrated probability: ``sigmoid(a * mean_logit + b)``, and how often that errs.

    Attributes:
        a: Slope for videos, above 0; the feature is the mean over usable frames of ``logit(p_face)``.
        b: Offset for videos.
        image_a: Slope for single pictures; None for that of videos.
        image_b: Offset for single pictures; None for that of videos.
        threshold: Decision threshold on the calibrated probability.
        data: The calibration set in words.
    """

    method: Literal["platt"] = "platt"
    feature: Literal["mean_logit"] = "mean_logit"
    a: float = Field(gt=0)
    b: float
    image_a: float | None = Field(default=None, gt=0)
    image_b: float | None = None
    threshold: float = Field(gt=0, lt=1)
    data: str = Field(min_length=1)
    n_real: int = Field(ge=1)
    n_fake: int = Field(ge=1)
    error_rates: tuple[ErrorRate, ...] = Field(min_length=1)


class Card(_Closed):
    """The card itself, ``card.json`` of a bundle; closed: an unknown key is an error.

    Attributes:
        format: Version of this format.
        name: Short name for lists and reports.
        architecture: open_clip model config of both towers.
        hierarchy: Full definition of the label hierarchy, so that the bundle stands on its own.
        prompts: The texts whose embeddings the text matrix holds, in its order (altered before unaltered for ``pair``);
            none for ``direct``, whose matrix was learned itself.
        embed_dim: Length d of the embeddings.
        scoring: Rule from embeddings to raw scores, see ``JointEmbedding``.
        tau: Temperature, already part of the stored text matrix.
        trained: Whether the weights were trained to tell altered faces; CLIP's own weights were not.
        training_data: What they were trained on, in words; required of a trained model.
        training: Recipe, seed, steps and the like.
        calibration: None for weights whose scores nobody has calibrated; these never lead to a verdict.
        metrics: Measured quality.
        licence: Licence of the weights.
        parts: Size and SHA-256 of every other file of the bundle.
    """

    format: Literal[1] = 1
    name: str = Field(pattern=f"^{NAME_PATTERN}$")
    architecture: str = Field(min_length=1)
    hierarchy: dict[str, Any]
    prompts: tuple[str, ...]
    embed_dim: int = Field(gt=0)
    scoring: Literal["inner", "cosine", "pair", "direct"] = "inner"
    tau: float = Field(gt=0)
    preprocess: Preprocess
    trained: bool
    training_data: str
    training: dict[str, JsonValue] = {}
    calibration: CalibrationSection | None = None
    metrics: dict[str, JsonValue] = {}
    licence: str = Field(min_length=1)
    parts: dict[PartName, Part] = {}

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        nodes = len(parse_hierarchy(self.hierarchy, "hierarchy of the card").nodes)
        if len(self.prompts) != nodes * {"pair": 2, "direct": 0}.get(self.scoring, 1):
            raise ValueError(f"{len(self.prompts)} prompts do not fit {nodes} nodes")
        if self.trained and not self.training_data.strip():
            raise ValueError("a trained model must say what it was trained on")
        if self.calibration is not None and not self.trained:
            raise ValueError("untrained weights cannot be calibrated")
        return self

    @classmethod
    def build(cls, fields: Mapping[str, Any]) -> Card:
        """Make a card from plain values.

        Raises:
            ModelError: A field is missing, unknown or impossible; the message names it.
            HierarchyError: The hierarchy is not valid.
        """
        try:
            return cls.model_validate(dict(fields))
        except ValidationError as error:
            raise ModelError(f"The model's card is not valid: {first_problem(error)}.") from error

    @cached_property
    def label_hierarchy(self) -> Hierarchy:
        """The hierarchy as an object."""
        return parse_hierarchy(self.hierarchy, f"card of {self.name}")

    def to_json(self) -> str:
        """The card as it is written to disk."""
        return self.model_dump_json(indent=2) + "\n"


def first_problem(error: ValidationError) -> str:
    """The first problem of a validation as ``field: what``."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'card'}: {first['msg']}"
