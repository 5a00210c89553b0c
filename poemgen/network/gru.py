"""The gated recurrent unit of the notes, whose reset gate acts on the state before the product.

    Γr   = σ(Ur c<t-1> + Wr x<t> + br)                 relevance (reset) gate
    Γu   = σ(Uu c<t-1> + Wu x<t> + bu)                 update gate
    c̃<t> = tanh(Uc (Γr · c<t-1>) + Wc x<t> + bc)        candidate
    c<t> = Γu · c̃<t> + (1 - Γu) · c<t-1>               and a<t> = c<t>

PyTorch's nn.GRU multiplies by Γr after the product and is a different cell. See `rnn` for what the functions do.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.activations import halved, sigmoid_slope, squashed, tanh, tanh_slope
from poemgen.network.arrays import Floats
from poemgen.network.products import Times, times
from poemgen.network.scratch import Scratch
from poemgen.network.time import copied, restarted, restarts, shifted, slabs

GATES = 3  # in the order Γr, Γu, c̃
SIGMOIDS = 2  # of the first so many gates σ is taken
WRITTEN = ("reset", "c")  # what a step writes


class State(NamedTuple):
    """c<t>, which is also a<t>: (B, H)."""

    c: Floats


class Trace(NamedTuple):
    """What `backward` needs: Γr, Γu, c̃ (3, T, B, H), Γr · c<t-1> and c<t> (T, B, H), the state before, `keep`
    (T, B, 1)."""

    gates: Floats
    reset: Floats
    c: Floats
    start: State
    keep: Floats


def recurrent(U: Floats, rows: int, blocks: int = 1) -> tuple[Times, Times]:
    """The products with Ur and Uu, and with Uc, as `step` wants them."""
    return times(halved(U[:SIGMOIDS], SIGMOIDS), rows, blocks), times(U[SIGMOIDS:], rows, blocks)


def step(z: Floats, prev: State, U: tuple[Times, Times], reset: Floats, c: Floats) -> State:
    """One step; Γr · c<t-1> is written to reset and c<t> to c, both (B, H); c may be prev's.

    z (3, B, H) holds W x<t> + b (`halved`) and becomes Γr, Γu, c̃.
    """
    U_gates, U_candidate = U
    gates = z[:SIGMOIDS]
    gates += U_gates(prev.c)
    gate_r, gate_u = squashed(gates, SIGMOIDS)
    np.multiply(gate_r, prev.c, out=reset)
    z[2] += U_candidate(reset)[0]
    c_tilde = tanh(z[2])
    towards = c_tilde - prev.c
    towards *= gate_u
    np.add(prev.c, towards, out=c)
    return State(c)


def forward(z: Floats, U: Floats, start: State, keep: Floats, scratch: Scratch) -> tuple[Floats, State, Trace]:
    """All steps. z (3, T, B, H) holds W x<t> + b and is overwritten; where keep (T, B, 1) is 0 the state starts anew.

    Returns c<1..T> (T, B, H), the state after the last step, and the trace.
    """
    reset, c = (scratch.like(name, z[0]) for name in WRITTEN)
    U_times = recurrent(U, z.shape[2])
    z[:SIGMOIDS] *= 0.5
    state = start
    for t, anew in enumerate(restarts(keep)):
        prev = restarted(state, keep[t]) if anew else state
        state = step(z[:, t], prev, U_times, reset[t], c[t])
    return c, copied(state), Trace(z, reset, c, start, keep)


def backward(dc_out: Floats, end: State, U: Floats, trace: Trace, scratch: Scratch) -> tuple[Floats, Floats, State]:
    """Gradients from ∂L/∂c<t> as the layers above see it (T, B, H) and ∂L/∂(last state), `end`; with `slopes`

        dzu, dzc = dc<t> ∂c/∂z        dreset = dzc Ucᵀ        dzr = dreset ∂(Γr · c<t-1>)/∂zr
        dc<t-1> = dc<t> (1 - Γu) + dreset Γr + dzr Urᵀ + dzu Uuᵀ

    Returns dz (3, T, B, H), dU (3, H, H) and the gradient of the state that the sequence started from.
    """
    gates, reset, c, start, keep = trace
    T, B, H = c.shape
    gate_r, gate_u, _ = gates
    dz = scratch.like("dz", gates)
    U_T_gates, U_T_candidate = times(U[:2].swapaxes(1, 2), B), times(U[2:].swapaxes(1, 2), B)
    c_prev, anew = shifted(start.c, c, keep, scratch.like("c_prev", c)), restarts(keep)
    dc = end.c.copy()
    for slab in slabs(T, B * H):
        slopes(gates[:, slab], c_prev[slab], dz[:, slab])
        for t in reversed(range(slab.start, slab.stop)):
            dc += dc_out[t]
            dz[1:, t] *= dc
            dreset = U_T_candidate(dz[2:, t])[0]  # ∂L/∂(Γr · c<t-1>)
            dz[0, t] *= dreset
            dc -= dc * gate_u[t]
            dc += np.multiply(dreset, gate_r[t], out=dreset)
            dc += np.add.reduce(U_T_gates(dz[:2, t]), axis=0, out=dreset)
            if anew[t]:
                dc *= keep[t]
    dU = np.empty_like(U)
    np.matmul(c_prev.reshape(-1, H).T, dz[:2].reshape(2, -1, H), out=dU[:2])
    np.matmul(reset.reshape(-1, H).T, dz[2].reshape(-1, H), out=dU[2])
    return dz, dU, State(dc)


def slopes(gates: Floats, c_prev: Floats, dz: Floats) -> None:
    """How c<t> leans on the gates, all arrays (..., B, H) and gate-major: dz becomes ∂(Γr · c<t-1>)/∂zr, ∂c/∂zu and
    ∂c/∂zc, where z are the gates' pre-activations."""
    _, gate_u, c_tilde = gates
    sigmoid_slope(gates[:SIGMOIDS], out=dz[:SIGMOIDS])
    dz[0] *= c_prev
    dz[1] *= np.subtract(c_tilde, c_prev, out=dz[2])
    tanh_slope(c_tilde, out=dz[2])
    dz[2] *= gate_u
