"""Where PyTorch works, and with what numbers."""

from contextlib import AbstractContextManager, nullcontext

import torch

from poemgen.errors import PoemgenError

CUDNN_BF16 = 91300  # the first cuDNN whose recurrent networks take bfloat16


def chosen(wish: str, local_rank: int = 0) -> torch.device:
    """The device of a process, the local_rank-th of its machine: a GPU if there is one for `auto`, else the CPU.

    Raises PoemgenError if what was asked for is not there. Apple's `mps` is taken only where it is asked for.
    """
    if wish == "auto":
        wish = "cuda" if finds_gpu() else "cpu"
    if wish == "cuda":
        count = torch.cuda.device_count()
        if local_rank >= count:
            found = "no GPU" if count == 0 else f"{count} GPUs, which are fewer than the processes"
            raise PoemgenError(f"--device cuda: PyTorch finds {found}; use --device cpu, or another PyTorch")
        return torch.device("cuda", local_rank)
    if wish == "mps" and not torch.backends.mps.is_available():
        raise PoemgenError("--device mps: PyTorch finds no Apple GPU; use --device cpu")
    return torch.device(wish)


def finds_gpu() -> bool:
    """Whether `auto` is a GPU."""
    return bool(torch.cuda.is_available())


def takes_bfloat16(device: torch.device, cell: str) -> bool:
    """Whether products are made in bfloat16: on GPUs that have it, and for nn.LSTM and nn.RNN if cuDNN takes it."""
    if device.type != "cuda" or not torch.cuda.is_bf16_supported():
        return False
    return cell == "gru" or (torch.backends.cudnn.version() or 0) >= CUDNN_BF16


def autocast(device: torch.device, cell: str) -> AbstractContextManager[object]:
    """Within, products are made in bfloat16 where that is possible; parameters, sums and the loss stay in float32."""
    return torch.autocast("cuda", torch.bfloat16) if takes_bfloat16(device, cell) else nullcontext()


def description(device: torch.device) -> str:
    """The device in words."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else {"cpu": "the CPU"}.get(device.type, "mps")
