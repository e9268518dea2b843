"""The TensorBoard log of a run, beside its checkpoint."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from sjedd_training.run import LEVELS, Run

EVERY = 10


class Log:
    """Losses, level weights, learning rate and pictures per second, every tenth step.

    Args:
        folder: Folder of the run.
        step: Steps done before; what an interrupted process wrote beyond them is hidden.
        active: False writes nothing: only one of the ranks logs.
    """

    def __init__(self, folder: Path, step: int, *, active: bool) -> None:
        self._writer, self._before, self._pictures = None, time.monotonic(), 0
        if active:
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(str(folder), purge_step=step + 1 if step else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def step(self, run: Run, losses: dict[str, float], pictures: int) -> None:
        """Note a step in which so many pictures were shown, over all ranks."""
        self._pictures += pictures
        if self._writer is None or run.step % EVERY:
            return
        now = time.monotonic()
        values = {f"loss/{name}": value for name, value in losses.items()}
        values |= {f"weight/{name}": value for name, value in zip(LEVELS, run.levels.values.tolist(), strict=True)}
        values["learning_rate"] = run.optimizer.param_groups[0]["lr"]
        values["pictures_per_second"] = self._pictures / max(now - self._before, 1e-9)
        for name, value in values.items():
            self._writer.add_scalar(name, value, run.step)
        self._before, self._pictures = now, 0
