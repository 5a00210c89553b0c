"""The same poems in PyTorch, a character at a time: `torch_sampling.py units poems characters threads`.

A loop of nn.LSTMCell over one-hot characters, a linear layer, and a draw from the softmax at temperature 0.8, in
inference mode.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from interleaved import seconds_of, serve
from torch import nn

V = 66
units, poems, characters, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
cell, output, one_hot = nn.LSTMCell(V, units), nn.Linear(units, V), torch.eye(V)


def write() -> None:
    a, c = torch.zeros(2, poems, units)
    ids = torch.zeros(poems, dtype=torch.long)
    log_probability = torch.zeros(poems)
    for _ in range(characters):
        a, c = cell(one_hot[ids], (a, c))
        logits = output(a)
        ids = torch.multinomial(torch.softmax(logits / 0.8, 1), 1)[:, 0]
        log_probability += torch.log_softmax(logits, 1).gather(1, ids[:, None])[:, 0]
        ids.tolist()


with torch.inference_mode():
    serve(lambda: seconds_of(write))
