"""Values of a JSON document that are what they should be, or a ``TypeError`` or ``ValueError`` that says what else."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from sjedd_video.types import FloatArray

FRACTION = re.compile(r"-?\d{1,19}/[1-9]\d{0,18}")


@lru_cache(maxsize=64)
def fraction(text: str) -> Fraction:
    """A fraction as the documents write it. Raises ``ValueError`` for anything else."""
    if not isinstance(text, str) or FRACTION.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no fraction")
    return Fraction(text)


def numbers(values: Any, shape: tuple[int, ...], dtype: type = np.float64) -> FloatArray:
    """An array of exactly this shape, made of numbers only."""
    found = np.array(values)
    if found.dtype.kind not in "fi" or found.shape != shape:
        raise ValueError(f"{len(shape)}-dimensional numbers of shape {shape} expected, got {found.shape}")
    return found.astype(dtype)


def whole(value: Any) -> int:
    """A whole number."""
    if type(value) is not int:
        raise TypeError(f"a whole number expected, got {value!r:.40}")
    return value


def number(value: Any) -> float:
    """A number."""
    if type(value) is not float and type(value) is not int:
        raise TypeError(f"a number expected, got {value!r:.40}")
    return float(value)


def share(value: Any) -> float:
    """A probability, in [0, 1]."""
    found = number(value)
    if not 0 <= found <= 1:
        raise ValueError(f"a probability expected, got {value!r:.40}")
    return found


def maybe(value: Any) -> float | None:
    """A number, or None."""
    return None if value is None else number(value)


def measured(value: Any) -> float:
    """A measured number; null stands for one that was not finite."""
    return float("nan") if value is None else number(value)


def truth(value: Any) -> bool:
    """True or false, nothing that stands for them."""
    if type(value) is not bool:
        raise TypeError(f"true or false expected, got {value!r:.40}")
    return value


def text(value: Any) -> str:
    """Text."""
    if type(value) is not str:
        raise TypeError(f"text expected, got {value!r:.40}")
    return value


def mapping(value: Any) -> dict[str, Any]:
    """An object."""
    if type(value) is not dict:
        raise TypeError(f"an object expected, got {value!r:.40}")
    return dict(value)
