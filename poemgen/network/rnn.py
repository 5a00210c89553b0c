"""The simple recurrent cell: one tanh.

    a<t> = tanh(U a<t-1> + W x<t> + b)

`step` is one moment in time; `forward` runs it over a sequence and `backward` walks the sequence from its end
(backpropagation through time). The input product W x<t> + b of all steps is made outside, in `inputs`.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.activations import shifted, tanh
from poemgen.network.arrays import Floats

GATES = 1


class State(NamedTuple):
    """a<t>, (B, H)."""

    a: Floats


class Trace(NamedTuple):
    """What `backward` needs of the forward pass: a<t> (T, B, H), the state before it, and `keep` (T, B, 1)."""

    a: Floats
    start: State
    keep: Floats


def step(z: Floats, prev: State, U: Floats) -> State:
    """One step. z (1, B, H) holds W x<t> + b and is overwritten."""
    z += prev.a @ U
    return State(a=tanh(z[0]))


def forward(z: Floats, U: Floats, start: State, keep: Floats) -> tuple[Floats, State, Trace]:
    """All steps. z (1, T, B, H) holds W x<t> + b and is overwritten; where keep (T, B, 1) is 0 the state starts anew.

    Returns a<1..T> (T, B, H), the state after the last step, and the trace.
    """
    a = np.empty_like(z[0])
    state = start
    for t in range(len(a)):
        state = step(z[:, t], State(state.a * keep[t]), U)
        a[t] = state.a
    return a, state, Trace(a, start, keep)


def backward(da_out: Floats, end: State, U: Floats, trace: Trace) -> tuple[Floats, Floats, State]:
    """Gradients from ∂L/∂a<t> as the layers above see it (T, B, H) and ∂L/∂(last state), `end`.

    Returns dz (1, T, B, H), dU (1, H, H) and the gradient of the state that the sequence started from.
    """
    a, start, keep = trace
    dz = np.empty((GATES, *a.shape), a.dtype)
    U_T = np.ascontiguousarray(U[0].T)
    da = end.a
    for t in reversed(range(len(a))):
        da = da + da_out[t]
        dz[0, t] = da * (1 - a[t] ** 2)
        da = (dz[0, t] @ U_T) * keep[t]
    H = a.shape[-1]
    a_prev = shifted(start.a, a, keep)
    dU = a_prev.reshape(-1, H).T @ dz.reshape(GATES, -1, H)
    return dz, dU, State(da)
