"""Depthwise convolution with a quick backward pass on CPUs.

oneDNN runs the gradients of strided and of 5 x 5 depthwise convolutions in bfloat16 through a reference kernel that is
up to a hundred times slower than the forward pass, and most of a training step went there. Both gradients can be
written with kernels that it has: see `_input_gradient` and `_weight_gradient`.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from timm.layers import Conv2dSame
from timm.layers.padding import pad_same
from torch import Tensor, nn

_TILE = 3


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int, pad: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.pad = stride, pad
        return F.conv2d(x, weight, None, stride, pad, 1, len(weight))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        x, weight = ctx.saved_tensors
        grad = grads[0].contiguous(memory_format=torch.channels_last)
        wants_x, wants_weight = ctx.needs_input_grad[:2]
        of_x = _input_gradient(grad, weight, ctx.stride, ctx.pad, x.shape[-2:]) if wants_x else None
        of_weight = _weight_gradient(grad, x, weight.shape[-1], ctx.stride, ctx.pad) if wants_weight else None
        return of_x, of_weight, None, None


def _input_gradient(grad: Tensor, weight: Tensor, stride: int, pad: int, size: torch.Size) -> Tensor:
    """A strided convolution is a subsampled dense one: spread the gradient over zeros, then go back densely."""
    side = weight.shape[-1]
    if stride > 1:
        height, width = (n + 2 * pad - side + 1 for n in size)
        dense = grad.new_zeros((*grad.shape[:2], height, width)).contiguous(memory_format=torch.channels_last)
        dense[:, :, ::stride, ::stride] = grad
        grad = dense
    return F.conv2d(grad, weight.flip(-1, -2), None, 1, side - 1 - pad, 1, len(weight))


def _weight_gradient(grad: Tensor, x: Tensor, side: int, stride: int, pad: int) -> Tensor:
    """The gradient of a large kernel, put together from 3 x 3 tiles of it, each of which sees a shifted input."""
    channels = x.shape[1]
    padded = F.pad(x, (pad, pad, pad, pad)) if pad else x
    out = x.new_empty((channels, 1, side, side))
    height, width = ((n - 1) * stride + _TILE for n in grad.shape[-2:])
    starts = sorted({*range(0, side - _TILE + 1, _TILE), side - _TILE})
    tile = x.new_empty((channels, 1, _TILE, _TILE))
    for i in starts:
        for j in starts:
            seen = padded[:, :, i : i + height, j : j + width].contiguous(memory_format=torch.channels_last)
            _, part, _ = torch.ops.aten.convolution_backward(
                grad, seen, tile, None, [stride] * 2, [0, 0], [1, 1], False, [0, 0], channels, [False, True, False]
            )
            out[:, :, i : i + _TILE, j : j + _TILE] = part
    return out


class DepthwiseConv2d(nn.Conv2d):
    """`torch.nn.Conv2d` for one input channel per group, square odd kernels and centred padding."""

    def forward(self, input: Tensor) -> Tensor:
        """``(B, C, H, W)`` to ``(B, C, ceil(H / stride), ceil(W / stride))``."""
        return _convolve(self, input, self.padding[0])  # type: ignore[arg-type]


class DepthwiseConv2dSame(nn.Conv2d):
    """The same with TensorFlow's padding, which depends on the size of the input and may be lopsided."""

    def forward(self, input: Tensor) -> Tensor:
        """``(B, C, H, W)`` to ``(B, C, ceil(H / stride), ceil(W / stride))``."""
        return _convolve(self, pad_same(input, list(self.kernel_size), list(self.stride)), 0)


def _convolve(conv: nn.Conv2d, x: Tensor, pad: int) -> Tensor:
    weight = conv.weight
    if torch.is_autocast_enabled(x.device.type):
        dtype = torch.get_autocast_dtype(x.device.type)
        x, weight = x.to(dtype), weight.to(dtype)
    out: Tensor = _Depthwise.apply(x, weight, conv.stride[0], pad)
    return out


def quicken(model: nn.Module) -> int:
    """Give every depthwise convolution of ``model`` that fits the quick backward pass; returns how many."""
    count = 0
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and _fits(module):
            module.__class__ = DepthwiseConv2dSame if isinstance(module, Conv2dSame) else DepthwiseConv2d
            count += 1
    return count


def _fits(conv: nn.Conv2d) -> bool:
    side = conv.kernel_size[0]
    known = (type(conv) is nn.Conv2d and conv.padding == (side // 2, side // 2)) or type(conv) is Conv2dSame
    plain = conv.bias is None and conv.dilation == (1, 1) and conv.padding_mode == "zeros"
    square = conv.kernel_size == (side, side) and side % 2 == 1 and conv.stride[0] == conv.stride[1]
    depthwise = conv.groups == conv.in_channels == conv.out_channels > 1
    return known and plain and square and depthwise and side >= _TILE
