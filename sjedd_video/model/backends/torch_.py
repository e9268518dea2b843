"""The torch runtime (extra ``[torch]``): CPU, CUDA or MPS, in float32 or with bfloat16 autocast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sjedd_video.errors import ModelError
from sjedd_video.model.backends.base import BF16_TOLERANCE, FP32_TOLERANCE
from sjedd_video.model.bundle import Weights
from sjedd_video.types import FloatArray

if TYPE_CHECKING:
    from torch import nn

INSTALL = 'Install it with: pip install "sjedd-video[torch]".'


class TorchBackend:
    """The image tower of an open_clip architecture with the bundle's weights.

    Args:
        architecture: Name of an open_clip config.
        weights: Weights of the bundle.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        precision: ``fp32`` or ``bf16``.

    Raises:
        ModelError: torch is not installed, the device does not exist, or the weights do not fit the architecture.
    """

    def __init__(self, architecture: str, weights: Weights, device: str, precision: str) -> None:
        try:
            import torch
        except ImportError as error:
            raise ModelError("The torch backend needs torch and open_clip.", INSTALL) from error
        self._device = torch.device(_device(device))
        self._bf16 = precision == "bf16"
        self.name = f"torch {torch.__version__}"
        label = torch.cuda.get_device_name(self._device) if self._device.type == "cuda" else ""
        self.provider = " ".join(filter(None, (self._device.type, label, precision)))
        self.tolerance = BF16_TOLERANCE if self._bf16 else FP32_TOLERANCE
        tower = build_image_tower(architecture)
        try:
            tower.load_state_dict({name: torch.from_numpy(value) for name, value in weights.tower.items()})
        except RuntimeError as error:
            raise ModelError(f"The weights do not fit {architecture}: {error}", "Export the model again.") from error
        tower = tower.requires_grad_(False).eval().to(self._device)
        self._tower = tower.to(memory_format=torch.channels_last)

    def encode(self, images: FloatArray) -> FloatArray:
        """See ``Backend.encode``."""
        import torch

        try:
            # TF32 would keep 10 bits of what is called fp32.
            with (
                torch.inference_mode(),
                torch.backends.cudnn.flags(enabled=True, allow_tf32=False),
                torch.autocast(self._device.type, torch.bfloat16, enabled=self._bf16),
            ):
                features = self._tower(torch.from_numpy(images).to(self._device))
            values: FloatArray = features.float().cpu().numpy()
        except torch.OutOfMemoryError as error:
            raise MemoryError(str(error)) from error
        except RuntimeError as error:
            raise ModelError(f"torch failed: {error}", "Try --device cpu.") from error
        return np.asarray(values, np.float32)


def _device(name: str) -> str:
    import torch

    here = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if here[device])
    if not here[name]:
        raise ModelError(f"torch cannot use the device {name} on this machine.", "Use --device cpu or auto.")
    return name


def build_image_tower(architecture: str) -> nn.Module:
    """The untrained image tower of an open_clip config.

    open_clip's ``create_model`` is not used, since it logs a warning for models without pretrained weights and some
    configs would make it download.

    Raises:
        ModelError: open_clip is not installed or knows no such architecture.
    """
    try:
        import open_clip
    except ImportError as error:
        raise ModelError("The torch backend needs torch and open_clip.", INSTALL) from error
    from sjedd_video.model.joint_embedding import register_architectures

    register_architectures()
    config = open_clip.get_model_config(architecture)
    if config is None or "hf_model_name" in config["text_cfg"]:
        raise ModelError(f"open_clip {open_clip.__version__} cannot build {architecture!r}.", "Use --backend onnx.")
    kind = open_clip.CustomTextCLIP if config.pop("custom_text", False) else open_clip.CLIP
    if "timm_model_name" in config["vision_cfg"]:
        config["vision_cfg"]["timm_model_pretrained"] = False
    tower: nn.Module = kind(**config).visual
    return tower
