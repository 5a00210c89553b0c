"""The simple recurrent cell: one tanh.

    a<t> = tanh(U a<t-1> + W x<t> + b)

`step` is one moment in time; `forward` runs it over a sequence and `backward` walks the sequence from its end
(backpropagation through time). The input product W x<t> + b of all steps is made outside, in `inputs`. What lies in
scratch memory (outputs, trace, dz) holds until the next call with the same scratch memory.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.activations import tanh, tanh_slope
from poemgen.network.arrays import Floats
from poemgen.network.products import Times, times
from poemgen.network.scratch import Scratch
from poemgen.network.time import copied, restarted, restarts, shifted

GATES = 1
SIGMOIDS = 0  # of the first so many gates σ is taken
WRITTEN = ("a",)  # what a step writes


class State(NamedTuple):
    """a<t>, (B, H)."""

    a: Floats


class Trace(NamedTuple):
    """What `backward` needs of the forward pass: a<t> (T, B, H), the state before it, and `keep` (T, B, 1)."""

    a: Floats
    start: State
    keep: Floats


def recurrent(U: Floats, rows: int, blocks: int = 1) -> Times:
    """The product with U, as `step` wants it."""
    return times(U, rows, blocks)


def step(z: Floats, prev: State, U: Times, a: Floats) -> State:
    """One step, written to a (B, H), which may be prev's. z (1, B, H) holds W x<t> + b."""
    np.add(z[0], U(prev.a)[0], out=a)
    return State(tanh(a))


def forward(z: Floats, U: Floats, start: State, keep: Floats, scratch: Scratch) -> tuple[Floats, State, Trace]:
    """All steps. z (1, T, B, H) holds W x<t> + b; where keep (T, B, 1) is 0 the state starts anew.

    Returns a<1..T> (T, B, H), the state after the last step, and the trace.
    """
    a = scratch.like("a", z[0])
    U_times = recurrent(U, z.shape[2])
    state = start
    for t, anew in enumerate(restarts(keep)):
        prev = restarted(state, keep[t]) if anew else state
        state = step(z[:, t], prev, U_times, a[t])
    return a, copied(state), Trace(a, start, keep)


def backward(da_out: Floats, end: State, U: Floats, trace: Trace, scratch: Scratch) -> tuple[Floats, Floats, State]:
    """Gradients from ∂L/∂a<t> as the layers above see it (T, B, H) and ∂L/∂(last state), `end`:

        dz = da<t> (1 - a<t>²)        da<t-1> = dz Uᵀ

    Returns dz (1, T, B, H), dU (1, H, H) and the gradient of the state that the sequence started from.
    """
    a, start, keep = trace
    T, B, H = a.shape
    dz = tanh_slope(a, out=scratch.like("dz", a))[None]
    U_T_times, anew = times(U.swapaxes(1, 2), B), restarts(keep)
    da = end.a.copy()
    for t in reversed(range(T)):
        da += da_out[t]
        dz[0, t] *= da
        da = U_T_times(dz[:, t])[0]
        if anew[t]:
            da *= keep[t]
    a_prev = shifted(start.a, a, keep, scratch.like("a_prev", a))
    dU = a_prev.reshape(-1, H).T @ dz.reshape(GATES, -1, H)
    return dz, dU, State(da)
