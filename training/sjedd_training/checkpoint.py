"""The file that holds a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sjedd_video.errors import ModelError

CHECKPOINT = "last.pt"
"""Its name in the folder of the run."""


def read_state(path: Path) -> dict[str, Any]:
    """Everything in the checkpoint at ``path``: plain values and tensors, nothing else is unpickled.

    Raises:
        ModelError: There is no checkpoint, or it is damaged.
    """
    import torch  # late: whether a folder holds a run is asked without it

    if not path.is_file():
        raise ModelError(f"{path}: not found.", "Run `sjedd-train fit` first.")
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        raise ModelError(f"{path}: is no whole checkpoint: {reason}.", "Delete it and begin the run again.") from error
    return content
