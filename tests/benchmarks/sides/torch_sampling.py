"""The same poems in PyTorch, a character at a time: `torch_sampling.py units poems characters threads`.

A loop of nn.LSTMCell over one-hot characters, a linear layer, and a draw from the softmax at temperature 0.8 by Gumbel
noise (faster than torch.multinomial), in inference mode; log ŷ is looked up for 64 characters at a time.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from interleaved import seconds_of, serve
from torch import nn

V = 66
units, poems, characters, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
cell, output, one_hot = nn.LSTMCell(V, units), nn.Linear(units, V), torch.eye(V)


def log_y_hat(drawn: list[tuple[Any, Any]]) -> Any:
    """The sum of log ŷ of each poem's characters."""
    logits, ids = map(torch.stack, zip(*drawn, strict=True))
    return torch.log_softmax(logits, 2).gather(2, ids[..., None])[..., 0].sum(0)


def write() -> None:
    a, c = torch.zeros(2, poems, units)
    ids = torch.zeros(poems, dtype=torch.long)
    log_probability = torch.zeros(poems)
    drawn: list[tuple[Any, Any]] = []
    for _ in range(characters):
        a, c = cell(one_hot[ids], (a, c))
        logits = output(a)
        ids = torch.argmax(logits / 0.8 - torch.empty_like(logits).exponential_().log_(), 1)
        drawn.append((logits, ids))
        if len(drawn) == 64:
            log_probability += log_y_hat(drawn)
            drawn.clear()
        ids.tolist()


with torch.inference_mode():
    serve(lambda: seconds_of(write))
