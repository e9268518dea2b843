"""Reading .npz files that may be damaged."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import OptionsError

DAMAGE = (OSError, ValueError, TypeError, KeyError, EOFError, RuntimeError, BadZipFile, zlib.error)
"""What reading an .npz file raises that is missing, cut short, overwritten, or lacks an array."""


@contextmanager
def open_npz(path: Path, problem: str, advice: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """The arrays of a file by name, each read when it is asked for.

    Args:
        path: The file.
        problem: What is said of it if it, or an array that is asked for, cannot be read.
        advice: What to do then.

    Raises:
        OptionsError: As ``problem`` says.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            yield file
    except DAMAGE as error:
        raise OptionsError(f"{path}: {problem} ({error}).", advice) from error
