"""Training on several processes started by ``torchrun``; one process alone needs nothing of it.

Gradients are added up by hand rather than by ``DistributedDataParallel``, whose hooks do not see the extra passes of
the bi-level weights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

from sjedd_video.errors import OptionsError

PATIENCE = timedelta(hours=2)
"""How long processes wait for each other: in a plan, one of them alone does what comes between two fits."""


@dataclass(frozen=True)
class Ranks:
    """This process among all.

    Attributes:
        rank: Number of this process; 0 reports and writes.
        size: Number of processes.
        device: Where this process computes.
    """

    rank: int
    size: int
    device: torch.device

    def add_up(self, tensors: Sequence[Tensor]) -> None:
        """Replace every tensor by its sum over the ranks, in place."""
        if self.size > 1 and tensors:
            flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
            dist.all_reduce(flat)
            first = 0
            for tensor in tensors:
                tensor.copy_(flat[first : first + tensor.numel()].reshape(tensor.shape))
                first += tensor.numel()

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Replace every tensor by its mean over the ranks, in place."""
        self.add_up(tensors)
        for tensor in tensors if self.size > 1 else ():
            tensor.div_(self.size)

    def agree(self, wish: bool) -> bool:
        """What rank 0 wishes."""
        if self.size == 1:
            return wish
        flag = torch.tensor([wish], dtype=torch.uint8, device=self.device)
        dist.broadcast(flag, 0)
        return bool(flag)

    def wait(self) -> None:
        """Wait until every rank is here."""
        if self.size > 1:
            dist.barrier()


@contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """Join the processes that ``torchrun`` started, by NCCL on GPUs and by gloo on CPUs.

    Entered again while it is entered, it gives the same ranks: a process joins once, since addresses of a group that
    was left would be found by those that join later.

    Args:
        device: ``auto`` (a GPU where there is one), ``cpu`` or ``cuda``.

    Raises:
        OptionsError: There is no such device.
    """
    chosen = chosen_device(device)
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or dist.is_initialized():
        yield Ranks(0, 1, chosen) if size == 1 else Ranks(dist.get_rank(), size, chosen)
        return
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield Ranks(dist.get_rank(), size, chosen)
    finally:
        dist.destroy_process_group()


def chosen_device(name: str) -> torch.device:
    """The device called ``auto``, ``cpu`` or ``cuda``.

    Raises:
        OptionsError: There is no such device.
    """
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise OptionsError("There is no GPU that torch can use.", "Use --device cpu, or install torch for CUDA.")
    if name not in {"auto", "cpu", "cuda"}:
        raise OptionsError(f"There is no device called {name!r}.", "Use auto, cpu or cuda.")
    if name == "cpu" or not there:
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    # A resumed run must compute what the whole run would have.
    torch.backends.cudnn.deterministic = True
    # The short step of bi-level weights is lost in TF32, as in bfloat16.
    torch.backends.cudnn.allow_tf32 = False
    return device
