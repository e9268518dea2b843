"""Two image trunks of the same kind side by side; the second looks at the mirror image.

An architecture whose ``timm_model_name`` is ``sjedd_twin_lite2`` has it as its trunk. What two runs learned that did
not begin alike cannot be had from the mean of their weights, but from the mean of their scores; here both are one
network, with one projection, one text tower and one file. A crop costs two passes, as that of a single trunk does
which is asked about the crop and its mirror image. Needs the ``[torch]`` extra.
"""

from __future__ import annotations

from typing import Any

import timm
import torch
from timm.models import register_model
from torch import Tensor, nn

LITE2 = "tf_efficientnet_lite2"


class Twin(nn.Module):
    """Features of both trunks, one behind the other.

    Args:
        name: timm's name of the trunk, which ends in a pooled row of features.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.first: Any = timm.create_model(name, num_classes=0)
        self.second: Any = timm.create_model(name, num_classes=0)
        self.default_cfg = self.first.default_cfg
        self.num_features = self.first.num_features + self.second.num_features

    def reset_classifier(self, num_classes: int = 0) -> None:
        """open_clip asks every trunk to take its classifier off; this one has none."""

    def forward(self, images: Tensor) -> Tensor:
        """``(B, 2 f)`` features of normalised ``(B, 3, S, S)`` pictures."""
        return torch.cat([self.first(images), self.second(images.flip(-1))], dim=-1)


def sjedd_twin_lite2(pretrained: bool = False, **kwargs: Any) -> Twin:
    """Two EfficientNet-Lite2; weights are loaded elsewhere."""
    return Twin(LITE2)


register_model(sjedd_twin_lite2)
