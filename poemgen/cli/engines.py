"""Who trains: NumPy or PyTorch, as asked for, or as suits the machine. PyTorch is not imported to find that out unless
there are signs of a GPU."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from poemgen.errors import PoemgenError, UsageError

if TYPE_CHECKING:
    from poemgen.training.engine import Engine

GPUS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")  # of NVIDIA, of AMD, of either in a virtual Linux of Windows
INSTALL = 'pip install "poemgen[torch]"'


class EngineName(StrEnum):
    """The engines."""

    NUMPY = "numpy"
    TORCH = "torch"
    AUTO = "auto"


class Device(StrEnum):
    """Where PyTorch works."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Choice(NamedTuple):
    """Whether PyTorch trains, and why."""

    torch: bool
    reason: str


@contextmanager
def engine(wish: EngineName | None, device: Device, say: Callable[[str], None]) -> "Iterator[Engine]":
    """The engine while inside, and says which one it is, unless NumPy's was chosen unasked.

    Raises UsageError for options that contradict each other and PoemgenError for what is not installed or not there.
    """
    choice = chosen(wish, device)
    if not choice.torch:
        if wish is EngineName.AUTO:
            say(f"engine: NumPy, since {choice.reason}")
        from poemgen.training.trainer import NUMPY

        yield NUMPY
        return
    from poemgen.torch_engine.engine import engine as torch_engine

    with torch_engine(device.value) as found:
        if found.processes.rank == 0:
            say(f"engine: {found.name}" + (f", since {choice.reason}" if choice.reason else ""))
        yield found


def chosen(wish: EngineName | None, device: Device) -> Choice:
    """Which engine it is to be; without a wish as for `auto`."""
    from poemgen.training.engine import processes_started

    started = processes_started()
    if wish is EngineName.NUMPY:
        if started > 1:
            raise UsageError(f"torchrun has started {started} processes, which --engine numpy cannot use; use torch")
        if device not in (Device.AUTO, Device.CPU):
            raise UsageError(f"--device {device.value} is for --engine torch; --engine numpy works on the CPU")
        return Choice(False, "")
    asked = wish is EngineName.TORCH or device in (Device.CUDA, Device.MPS) or started > 1
    if find_spec("torch") is None:
        if asked:
            raise PoemgenError(f"--engine torch needs PyTorch, which is not installed: {INSTALL}")
        return Choice(False, "PyTorch is not installed")
    if wish is EngineName.TORCH:
        return Choice(True, "")
    if asked:
        reason = f"torchrun has started {started} processes" if started > 1 else f"--device is {device.value}"
        return Choice(True, reason)
    if device is Device.CPU:
        return Choice(False, "--device is the CPU")
    return Choice(True, "there is a GPU") if has_gpu() else Choice(False, "there is no GPU")


def has_gpu() -> bool:
    """Whether PyTorch finds a GPU that it calls cuda."""
    if sys.platform == "darwin" or (sys.platform == "linux" and not any(Path(sign).exists() for sign in GPUS)):
        return False
    from poemgen.torch_engine.devices import finds_gpu

    return finds_gpu()


def check_readable_by_all(engine: "Engine", sources: tuple[str, ...]) -> None:
    """Raises UsageError if several processes are to read standard input."""
    if engine.processes.count > 1 and "-" in sources:
        raise UsageError("many processes cannot all read standard input; name a file")
