"""Grad-CAM on the image tower: which places of a crop the log-odds of p(face) rise with.

Selvaraju et al., "Grad-CAM: Visual explanations from deep networks via gradient-based localization", ICCV 2017. A map
says what the score hangs on, not where pixels were altered.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sjedd_training.feature_maps import FeatureMaps, trunks
from sjedd_video.errors import ModelError
from sjedd_video.model.bundle import load_bundle
from sjedd_video.model.card import Preprocess
from sjedd_video.model.joint_embedding import UNIT_LENGTH, log_odds
from sjedd_video.model.scorer import prepare
from sjedd_video.types import ImageU8
from sjedd_video.verdict import ROOT


@dataclass(frozen=True, eq=False)
class Differentiable:
    """A model whose p(face) can be differentiated.

    Attributes:
        name: Short name.
        tower: Image tower in evaluation mode, float32, on the CPU.
        text: ``(n, d)`` text matrix.
        scoring: See ``JointEmbedding``.
        states: ``(S, n)`` legal states.
        preprocess: From crops to its input.
    """

    name: str
    tower: nn.Module
    text: Tensor
    scoring: str
    states: Tensor
    preprocess: Preprocess

    @classmethod
    def load(cls, source: str) -> Self:
        """Read a bundle (name or path), or the checkpoint in the folder of a run.

        Raises:
            ModelError: It cannot be read.
        """
        from sjedd_training.checkpoint import CHECKPOINT

        return cls.of_run(Path(source)) if (Path(source) / CHECKPOINT).is_file() else cls.of_bundle(source)

    @classmethod
    def of_bundle(cls, name_or_path: str) -> Self:
        """Read a bundle."""
        from sjedd_video.model.backends.torch_ import build_image_tower

        bundle = load_bundle(name_or_path)
        weights, card = bundle.weights(), bundle.card
        tower = build_image_tower(card.architecture)
        try:
            tower.load_state_dict({name: torch.from_numpy(value) for name, value in weights.tower.items()})
        except RuntimeError as error:
            raise ModelError(f"{bundle.path}: the weights do not fit {card.architecture}: {error}") from error
        states = torch.from_numpy(card.label_hierarchy.states.astype(np.float32))
        text = torch.from_numpy(weights.text_matrix)
        return cls(card.name, tower.eval(), text, card.scoring, states, card.preprocess)

    @classmethod
    def of_run(cls, folder: Path) -> Self:
        """Read a checkpoint, as it would be exported."""
        from sjedd_training.run import load_run

        recipe, run = load_run(folder)
        model = run.result()
        text = model.text_matrix().detach()
        return cls(recipe.name, model.clip.visual, text, model.scoring, model.states, recipe.preprocess)

    def log_odds(self, images: Tensor) -> Tensor:
        """``(B,)`` log-odds of p(face) of prepared ``(B, 3, S, S)`` pictures."""
        features = self.tower(images).float()
        if self.scoring in UNIT_LENGTH:
            features = nn.functional.normalize(features, dim=-1)
        raw = features @ self.text.T
        odds = raw if self.scoring == "pair" else log_odds(raw, self.states)
        return odds[:, ROOT]


def grad_cam(model: Differentiable, crop: ImageU8) -> tuple[NDArray[np.float32], float]:
    """The map of one crop.

    Args:
        model: The model.
        crop: RGB ``(S, S, 3) uint8``, aligned for this model.

    Returns:
        ``(S, S) float32`` in [0, 1], 1 where the score rises most, all 0 where nothing raises it; and the log-odds.

    Raises:
        ModelError: The tower has no map of features.
    """
    import cv2

    images = torch.from_numpy(prepare(crop[None], model.preprocess))
    parts = trunks(model.tower)
    with ExitStack() as stack, torch.enable_grad():
        watched = [stack.enter_context(FeatureMaps(trunk)) for trunk, _ in parts]
        odds = model.log_odds(images.requires_grad_())
        values = [value for maps in watched for value in maps.coarsest(1)]
        if len(values) < len(parts):
            raise ModelError(f"The image tower of {model.name} has no map of features to look at.")
        slopes = torch.autograd.grad(odds.sum(), values)
    rises = map(_rise, values, slopes, (mirrored for _, mirrored in parts))
    heat = torch.relu(torch.stack(list(rises)).sum(dim=0)).numpy()
    heat = heat / heat.max() if heat.max() > 0 else heat
    side = crop.shape[0]
    large = cv2.resize(heat.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large, 0, 1), np.float32), float(odds.detach()[0])


def _rise(values: Tensor, slopes: Tensor, mirrored: bool) -> Tensor:
    """``(h, w)`` what each place of a map adds to the log-odds, by the mean slope of every channel."""
    kept, steep = _as_map(values.detach())[0], _as_map(slopes)[0]
    rise = (steep.mean(dim=(1, 2), keepdim=True) * kept).sum(dim=0)
    return rise.flip(-1) if mirrored else rise


def _as_map(values: Tensor) -> Tensor:
    """``(B, C, h, w)`` of a map of features, or of a row of tokens with the class token first."""
    if values.ndim == 4:
        return values
    side = round((values.shape[1] - 1) ** 0.5)
    return values[:, 1:].transpose(1, 2).reshape(values.shape[0], values.shape[2], side, side)
