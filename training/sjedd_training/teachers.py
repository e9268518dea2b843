"""Distillation: a model learns what several finished runs say together, beside the labels.

The mean of the raw scores of runs that differ judges unseen people better than each run, but costs as many times as
much; one model can learn it. Source: Hinton et al., "Distilling the knowledge in a neural network", 2015.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sjedd_training.losses import LOSSES, LossName
from sjedd_video.model.joint_embedding import JointEmbedding


@dataclass(frozen=True, eq=False)
class Teachers:
    """Finished models that are asked for their scores.

    Attributes:
        models: The models, of the pupil's hierarchy, scoring and normalisation of pictures.
        weight: Weight of what they say; the labels keep the rest of 1.
        temperature: Divides the raw scores of teachers and pupil before they are compared, so that a teacher that is
            sure of a face it was trained on still says how sure.
    """

    models: Sequence[JointEmbedding]
    weight: float
    temperature: float

    @torch.no_grad()
    def raw(self, pictures: Tensor) -> Tensor:
        """``(B, n) float32`` mean raw scores of normalised ``(B, 3, S, S)`` pictures."""
        return torch.stack([model(pictures).float() for model in self.models]).mean(dim=0)

    def losses(self, pupil: JointEmbedding, raw: Tensor, taught: Tensor, loss: LossName) -> Tensor:
        """Loss of the pupil's probabilities against the teachers', summed over the pictures, mean over each level.

        Args:
            pupil: The model in training.
            raw: ``(B, n)`` its raw scores.
            taught: ``(B, n)`` those of the teachers.
            loss: Name of the elementwise loss.

        Returns:
            ``(3,)`` losses of the primary, global and local level.
        """
        mine = pupil.log_odds(raw / self.temperature)
        theirs = pupil.probabilities(taught / self.temperature)
        levels = torch.tensor(pupil.hierarchy.levels, device=raw.device)
        assert loss != "hierarchical"  # recipes refuse it
        each = LOSSES[loss](mine, theirs).sum(dim=0)
        return torch.stack([each[levels == level].mean() for level in (1, 2, 3)])
