"""The processes that torchrun has started, as one: they sum their gradients and agree on what each cannot know.

Gradients travel by nccl between GPUs and by gloo between CPUs; what is agreed on travels by gloo.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import distributed

from poemgen.errors import PoemgenError
from poemgen.training import engine


class Processes(engine.Processes, Protocol):
    """Processes that can also sum tensors."""

    def sum(self, *tensors: Any) -> None:
        """Writes the sum over all processes to each tensor, the same bits everywhere."""


class Alone(engine.Alone):
    """One process."""

    def sum(self, *tensors: Any) -> None:
        """Nothing is to be added."""


class Together:
    """The processes of a group that has been made."""

    def __init__(self) -> None:
        self.count: int = distributed.get_world_size()
        self.rank: int = distributed.get_rank()

    def first(self, compute: Callable[[], float]) -> float:
        """What the first process computes, in all of them."""
        number = torch.zeros(1, dtype=torch.float64)
        if self.rank == 0:
            number[0] = compute()
        with _explained():
            distributed.broadcast(number, 0)
        return float(number)

    def any(self, *flags: bool) -> list[bool]:
        """Whether any process has set the first flag, the second, and so on."""
        numbers = torch.tensor(flags, dtype=torch.int32)
        with _explained():
            distributed.all_reduce(numbers, distributed.ReduceOp.MAX)
        return [bool(number) for number in numbers]

    def sum(self, *tensors: Any) -> None:
        """Writes the sum over all processes to each tensor."""
        with _explained():
            for tensor in tensors:
                distributed.all_reduce(tensor)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise PoemgenError(
            "another process of the run is gone, or cannot be reached; see what it said, and go on with --resume"
        ) from error


def world() -> tuple[int, int]:
    """How many processes torchrun has started, and which of its machine's this one is: 1 and 0 without torchrun."""
    return engine.processes_started(), int(os.environ.get("LOCAL_RANK", "0"))


@contextmanager
def processes(device: torch.device) -> Iterator[Processes]:
    """The processes of this run, joined while inside."""
    if world()[0] == 1:
        yield Alone()
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    distributed.init_process_group("cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo")
    try:
        yield Together()
    finally:
        distributed.destroy_process_group()
