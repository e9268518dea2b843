"""The level losses of a batch and their gradients, on any device, in parts, and over any number of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from sjedd_training.data.pairs import NOT_KNOWN
from sjedd_training.feature_maps import FeatureMaps
from sjedd_training.losses import LossName, hierarchical, level_losses, observed_counts
from sjedd_training.parallel import Ranks
from sjedd_training.recipe_sections import ModelRecipe
from sjedd_training.teachers import Teachers
from sjedd_training.where import where_head
from sjedd_video.model.joint_embedding import JointEmbedding


class Batch(NamedTuple):
    """This rank's share of a minibatch.

    Attributes:
        images: ``(B, S, S, 3) uint8``.
        labels: ``(B, n) int8``.
        where: ``(B, g, g) int8`` where it was altered, see `PairStream`.
    """

    images: Tensor
    labels: Tensor
    where: Tensor


@dataclass(frozen=True, eq=False)
class Objective:
    """What is minimised.

    Attributes:
        model: The model in training.
        recipe: How pictures are normalised.
        loss: Name of the loss; ``hierarchical`` counts as the primary one, the other two are then 0.
        bf16: Whether gradients are taken under bfloat16 autocast.
        parts: Number of parts that a batch is computed in.
        ranks: The processes that share a minibatch.
        teachers: Finished runs to learn from beside the labels, or None.
    """

    model: JointEmbedding
    recipe: ModelRecipe
    loss: LossName
    bf16: bool
    parts: int
    ranks: Ranks
    teachers: Teachers | None = None

    def backward(self, batch: Batch, weights: Tensor, *, exact: bool = False) -> Tensor:
        """Leave the gradient of the weighted sum of the level losses in the model's parameters.

        Args:
            batch: This rank's share.
            weights: ``(3,)`` weights of the levels.
            exact: Compute in float32 even where the recipe says bf16, and leave the places out.

        Returns:
            ``(3,)`` level losses of the whole minibatch, on the CPU.
        """
        self._train_mode()
        self.model.zero_grad(set_to_none=True)
        weights = weights.to(self.ranks.device)
        counts, total = self._counts(batch.labels), torch.zeros(3)
        head = None if exact else where_head(self.model)
        known = self._known(batch.where)
        for part in self._split(batch):
            with FeatureMaps(self.model.clip.visual, active=head is not None) as maps:
                losses = self._losses(part, counts, self.bf16 and not exact)
            goal = (losses * weights).sum()
            if head is not None:
                places = head.losses(maps.coarsest(2), part.where.to(self.ranks.device))
                goal = goal + self.recipe.where_weight * places.sum() / known
            goal.backward()  # type: ignore[no-untyped-call]
            total += losses.detach().cpu()
        self.ranks.add_up([p.grad for p in self.model.parameters() if p.grad is not None])
        return self._everyones(total)

    @torch.no_grad()
    def losses(self, batch: Batch) -> Tensor:
        """``(3,) float32`` level losses of the whole minibatch in training mode, in float32, on the CPU."""
        self._train_mode()
        counts = self._counts(batch.labels)
        parts = [self._losses(part, counts, bf16=False).cpu() for part in self._split(batch)]
        return self._everyones(torch.stack(parts).sum(dim=0))

    def _train_mode(self) -> None:
        self.model.train()
        if self.recipe.freeze_towers:  # batch statistics are a part of them
            self.model.clip.eval()
        if self.recipe.freeze_trunks:
            self.model.clip.visual.trunk.eval()

    def _losses(self, part: Batch, counts: Tensor, bf16: bool) -> Tensor:
        device, model = self.ranks.device, self.model
        images, labels = (values.to(device, non_blocking=True) for values in (part.images, part.labels))
        pictures, teachers = normalise(images, self.recipe), self.teachers
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            raw = model(pictures).float()
            taught = None if teachers is None else teachers.raw(pictures)
        if self.loss == "hierarchical":
            joint = hierarchical(raw, labels, model.states).sum() / counts[0].clamp(min=1)
            return torch.stack([joint, joint.new_zeros(()), joint.new_zeros(())])
        levels = torch.tensor(model.hierarchy.levels, device=device)
        losses = level_losses(model.log_odds(raw), labels, levels, self.loss, counts)
        if teachers is None or taught is None:
            return losses
        # Whether the face was altered is observed of every picture, so the first count is that of the pictures.
        said = teachers.losses(model, raw, taught, self.loss) / counts[0].clamp(min=1)
        return (1.0 - teachers.weight) * losses + teachers.weight * said

    def _counts(self, labels: Tensor) -> Tensor:
        """``(3,)`` observed labels of each level in the whole minibatch, by which the sums of all parts are divided."""
        counts = observed_counts(labels, torch.tensor(self.model.hierarchy.levels)).to(self.ranks.device)
        self.ranks.add_up([counts])
        return counts

    def _known(self, where: Tensor) -> Tensor:
        """Pictures of the whole minibatch of which it is known where they were altered, at least 1."""
        known = (where[:, 0, 0] != NOT_KNOWN).sum().to(self.ranks.device)
        self.ranks.add_up([known])
        return known.clamp(min=1)

    def _split(self, batch: Batch) -> list[Batch]:
        return [Batch(*part) for part in zip(*(values.chunk(self.parts) for values in batch), strict=True)]

    def _everyones(self, total: Tensor) -> Tensor:
        total = total.to(self.ranks.device)
        self.ranks.add_up([total])
        return total.cpu()


def normalise(images: Tensor, recipe: ModelRecipe) -> Tensor:
    """``(B, S, S, 3) uint8`` pictures as normalised ``(B, 3, S, S) float32`` in channels-last memory."""
    mean = torch.tensor(recipe.mean, device=images.device) * 255.0
    std = torch.tensor(recipe.std, device=images.device) * 255.0
    return ((images.float() - mean) / std).permute(0, 3, 1, 2)
