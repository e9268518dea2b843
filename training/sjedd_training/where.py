"""An auxiliary task: from the maps of features, tell where the face was altered.

A whole picture gives one label, a map gives a hundred: the tower has to see the alteration instead of knowing the face.
Truth comes with every made forgery and with real ones whose original shows the same frame. The idea of learning places
beside the label is that of Li et al., "Face X-ray", CVPR 2020.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sjedd_training.data.pairs import NOT_KNOWN
from sjedd_training.feature_maps import FeatureMaps
from sjedd_video.errors import OptionsError
from sjedd_video.model.joint_embedding import JointEmbedding

NAME = "where"
RARE = -2.0
"""First log-odds of an altered cell: most are not."""


class WhereHead(nn.Module):
    """A linear probe on each map.

    Args:
        tower: The image tower; it is run once to learn the width of its maps.
        side: Side of its input in pixels.
    """

    def __init__(self, tower: nn.Module, side: int) -> None:
        super().__init__()
        with torch.no_grad(), FeatureMaps(tower.eval()) as maps:
            tower(torch.zeros(1, 3, side, side))
        self.probes = nn.ModuleList(_probe(value.shape[1]) for value in maps.coarsest(2))
        self.last = 0.0
        """Mean loss of the pictures seen last, for the log."""

    def odds(self, maps: list[Tensor]) -> list[Tensor]:
        """``(B, 1, h, w)`` log-odds that a place was altered, of each of the two coarsest ``maps`` of the tower."""
        return [probe(value.float()) for probe, value in zip(self.probes, maps, strict=True)]

    def losses(self, maps: list[Tensor], where: Tensor) -> Tensor:
        """Cross-entropy in nats of every picture, averaged over its cells and the maps.

        Args:
            maps: The two coarsest maps of the tower.
            where: ``(B, g, g) int8`` altered percentages of the cells, or ``NOT_KNOWN``.

        Returns:
            ``(B,)``; 0, without gradient, where nothing is known.
        """
        known = where[:, 0, 0] != NOT_KNOWN
        share = (where.float() / 100).clamp(min=0)[:, None]
        total = share.new_zeros(len(share))
        for odds in self.odds(maps):
            target = nn.functional.adaptive_avg_pool2d(share, (odds.shape[2], odds.shape[3]))
            loss = nn.functional.binary_cross_entropy_with_logits(odds, target, reduction="none")
            total = total + loss.mean(dim=(1, 2, 3)) / len(self.probes)
        self.last = float((total.detach() * known).sum() / known.sum().clamp(min=1))
        return total * known


class Places(nn.Module):
    """The tower and its head, as they are exported: from pictures to a map.

    Args:
        tower: The image tower.
        head: Its head.
    """

    def __init__(self, tower: nn.Module, head: WhereHead) -> None:
        super().__init__()
        self.tower, self.head = tower, head

    def forward(self, images: Tensor) -> Tensor:
        """``(B, g, g)`` log-odds, the mean of both maps, of normalised ``(B, 3, S, S)`` pictures."""
        with FeatureMaps(self.tower) as maps:
            self.tower(images)
            odds = self.head.odds(maps.coarsest(2))
        side = odds[-1].shape[2:]
        large = [nn.functional.interpolate(o, side, mode="bilinear", align_corners=False) for o in odds]
        return torch.stack(large).mean(dim=0)[:, 0]


def _probe(width: int) -> nn.Conv2d:
    probe = nn.Conv2d(width, 1, 1)
    nn.init.zeros_(probe.weight)
    if probe.bias is not None:
        nn.init.constant_(probe.bias, RARE)
    return probe


def add_where_head(model: JointEmbedding) -> None:
    """Let the model have a `WhereHead`, which is trained, averaged and kept in checkpoints with it.

    Raises:
        OptionsError: The image tower has no maps of features.
    """
    import open_clip

    side = open_clip.get_model_config(model.architecture)["vision_cfg"]["image_size"]
    head = WhereHead(model.clip.visual, side)
    if len(head.probes) < 2:  # a transformer has one row of tokens
        advice = "Set model.where_weight to 0, or take a convolutional architecture."
        raise OptionsError(f"{model.architecture} has no maps of features to learn places from.", advice)
    model.add_module(NAME, head)


def freeze_all_but_head(model: JointEmbedding) -> None:
    """Let nothing be trained but the `WhereHead`."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(f"{NAME}."))


def where_head(model: JointEmbedding) -> WhereHead | None:
    """The head of the model, if it has one."""
    head = getattr(model, NAME, None)
    return head if isinstance(head, WhereHead) else None


def split(model: JointEmbedding) -> tuple[JointEmbedding, Places | None]:
    """The same model, whose head is taken off, and the head with its tower, if it had one."""
    head = where_head(model)
    if head is None:
        return model, None
    delattr(model, NAME)
    return model, Places(model.clip.visual, head)
