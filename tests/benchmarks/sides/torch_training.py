"""The same steps in PyTorch, at its best eager settings: `torch_training.py layers units batch window steps`.

nn.LSTM (oneDNN) over one-hot characters, a linear layer and cross entropy, state carried from window to window,
clipping by global norm, fused AdamW, two threads. The one-hot rows are multiplied in full: nn.LSTM knows no look-up.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from interleaved import seconds_of, serve
from torch import nn
from torch.nn import functional

V = 66
layers, units, batch, window, steps = map(int, sys.argv[1:])
torch.set_num_threads(2)
torch.manual_seed(0)
assert torch.backends.mkldnn.is_available() and torch.backends.mkldnn.enabled
ids = torch.randint(2, V, (1_000_000,))
lstm, output, one_hot = nn.LSTM(V, units, layers), nn.Linear(units, V), torch.eye(V)
parameters = [*lstm.parameters(), *output.parameters()]
adam = torch.optim.AdamW(parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
zero = torch.zeros(layers, batch, units)
state = (zero, zero)
places = torch.arange(batch) * (len(ids) // batch)


def train() -> None:
    global state, places
    for _ in range(steps):
        index = (places + torch.arange(window + 1)[:, None]) % len(ids)
        places = (places + window) % len(ids)
        text = ids[index]
        y, state = lstm(one_hot[text[:-1]], state)
        state = (state[0].detach(), state[1].detach())
        loss = functional.cross_entropy(output(y).view(-1, V), text[1:].reshape(-1))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        adam.step()
        float(loss.detach())


serve(lambda: seconds_of(train))
