"""DiffusionFace: pictures altered or made by diffusion models, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from sjedd_training.data.layouts.base import Layout, Listing, Tree
from sjedd_training.data.layouts.conditions import WHOLE, Condition, list_conditions, settle
from sjedd_training.data.rows import REAL, UNKNOWN

CONDITIONS = (
    Condition("real", ("real", "reals", "multi-modal-celeba-hq", "mm-celeba-hq", "celeba-hq"), REAL),
    Condition("DiffSwap", ("diffswap",), "identity_swap"),
    Condition("Inpaint", ("inpaint", "inpainting"), UNKNOWN),
    Condition("Img2Img", ("img2img", "i2i"), UNKNOWN),
    Condition("Text2Img", ("text2img", "txt2img", "t2i"), UNKNOWN, whole=True),
    Condition("Unconditional", ("unconditional", "adm", "ddim", "ddpm", "ldm", "p2", "pndm"), UNKNOWN, whole=True),
)
OWN = {"DiffSwap", "Inpaint", "Unconditional"}


def recognise(tree: Tree) -> bool:
    """Two of its kinds, one of which DiFF lacks."""
    kinds = settle(tree, CONDITIONS)
    return bool(kinds & OWN) and len(kinds) > 1


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the pictures by kind."""
    return list_conditions(tree, "diffusionface", CONDITIONS, options)


LAYOUT = Layout(
    "diffusionface",
    "DiffusionFace",
    ("<split>/<kind>/<model>/*.png with or without a split; kinds: real, DiffSwap, Inpaint, Img2Img, Text2Img, ...",),
    recognise,
    read,
    WHOLE,
)
