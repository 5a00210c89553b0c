"""The long short-term memory of the notes: three gates govern a memory cell.

    Γu   = σ(Uu a<t-1> + Wu x<t> + bu)                 update gate
    Γf   = σ(Uf a<t-1> + Wf x<t> + bf)                 forget gate
    Γo   = σ(Uo a<t-1> + Wo x<t> + bo)                 output gate
    c̃<t> = tanh(Uc a<t-1> + Wc x<t> + bc)              candidate
    c<t> = Γu · c̃<t> + Γf · c<t-1>
    a<t> = Γo · tanh(c<t>)

See `rnn` for what the functions do.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.activations import halved, sigmoid_slope, squashed, tanh_slope
from poemgen.network.arrays import Floats
from poemgen.network.products import Times, times
from poemgen.network.scratch import Scratch
from poemgen.network.time import copied, restarted, restarts, shifted, slabs

GATES = 4  # in the order Γo, Γu, Γf, c̃: first what a<t> depends on, then what c<t> does
SIGMOIDS = 3  # of the first so many gates σ is taken
FORGET = 2
WRITTEN = ("a", "c", "tanh_c")  # what a step writes


class State(NamedTuple):
    """a<t> and c<t>, each (B, H)."""

    a: Floats
    c: Floats


class Trace(NamedTuple):
    """What `backward` needs: Γo, Γu, Γf, c̃ (4, T, B, H), a<t>, c<t>, tanh(c<t>) (T, B, H), the state before, `keep`
    (T, B, 1)."""

    gates: Floats
    a: Floats
    c: Floats
    tanh_c: Floats
    start: State
    keep: Floats


def recurrent(U: Floats, rows: int, blocks: int = 1) -> Times:
    """The product with U, as `step` wants it."""
    return times(halved(U, SIGMOIDS), rows, blocks)


def step(z: Floats, prev: State, U: Times, a: Floats, c: Floats, tanh_c: Floats) -> State:
    """One step, written to a, c and tanh_c, each (B, H); a and c may be prev's.

    z (4, B, H) holds W x<t> + b (`halved`) and becomes Γo, Γu, Γf, c̃.
    """
    z += U(prev.a)
    gate_o, gate_u, gate_f, c_tilde = squashed(z, SIGMOIDS)
    np.multiply(gate_f, prev.c, out=c)
    c += np.multiply(gate_u, c_tilde, out=a)
    np.tanh(c, out=tanh_c)
    np.multiply(gate_o, tanh_c, out=a)
    return State(a, c)


def forward(z: Floats, U: Floats, start: State, keep: Floats, scratch: Scratch) -> tuple[Floats, State, Trace]:
    """All steps. z (4, T, B, H) holds W x<t> + b and is overwritten; where keep (T, B, 1) is 0 the state starts anew.

    Returns a<1..T> (T, B, H), the state after the last step, and the trace.
    """
    a, c, tanh_c = (scratch.like(name, z[0]) for name in WRITTEN)
    U_times = recurrent(U, z.shape[2])
    z[:SIGMOIDS] *= 0.5
    state = start
    for z_t, a_t, c_t, tanh_c_t, anew, keep_t in zip(z.swapaxes(0, 1), a, c, tanh_c, restarts(keep), keep, strict=True):
        prev = restarted(state, keep_t) if anew else state
        state = step(z_t, prev, U_times, a_t, c_t, tanh_c_t)
    return a, copied(state), Trace(z, a, c, tanh_c, start, keep)


def backward(da_out: Floats, end: State, U: Floats, trace: Trace, scratch: Scratch) -> tuple[Floats, Floats, State]:
    """Gradients from ∂L/∂a<t> as the layers above see it (T, B, H) and ∂L/∂(last state), `end`; with `slopes`

        dc<t> += da<t> ∂a/∂c        dzo = da<t> ∂a/∂zo        dzu, dzf, dzc = dc<t> ∂c/∂z
        dc<t-1> = dc<t> Γf          da<t-1> = Σ dz Uᵀ over the four gates

    Returns dz (4, T, B, H), dU (4, H, H) and the gradient of the state that the sequence started from.
    """
    gates, a, c, tanh_c, start, keep = trace
    T, B, H = a.shape
    dz, da_dc = scratch.like("dz", gates), scratch.like("da_dc", a)
    U_T_times = times(U.swapaxes(1, 2), B)
    c_prev, anew = shifted(start.c, c, keep, scratch.like("c_prev", c)), restarts(keep)
    da, dc = end.a.copy(), end.c.copy()
    for slab in slabs(T, B * H):
        slopes(gates[:, slab], c_prev[slab], tanh_c[slab], dz[:, slab], da_dc[slab])
        for t in reversed(range(slab.start, slab.stop)):
            da += da_out[t]
            dc += np.multiply(da, da_dc[t], out=da_dc[t])
            dz[0, t] *= da
            dz[1:, t] *= dc
            np.add.reduce(U_T_times(dz[:, t]), axis=0, out=da)
            dc *= gates[FORGET, t]
            if anew[t]:
                da, dc = restarted(State(da, dc), keep[t])
    a_prev = shifted(start.a, a, keep, c_prev)  # which is not needed any more
    dU = a_prev.reshape(-1, H).T @ dz.reshape(GATES, -1, H)
    return dz, dU, State(da, dc)


def slopes(gates: Floats, c_prev: Floats, tanh_c: Floats, dz: Floats, da_dc: Floats) -> None:
    """How a<t> and c<t> lean on what they are made of, all arrays (..., B, H) and gate-major:

    dz      ∂a/∂zo, ∂c/∂zu, ∂c/∂zf, ∂c/∂zc, where z are the gates' pre-activations
    da_dc   ∂a/∂c
    """
    gate_o, gate_u, _, c_tilde = gates
    sigmoid_slope(gates[:SIGMOIDS], out=dz[:SIGMOIDS])
    dz[0] *= tanh_c
    dz[1] *= c_tilde
    dz[2] *= c_prev
    tanh_slope(c_tilde, out=dz[3])
    dz[3] *= gate_u
    tanh_slope(tanh_c, out=da_dc)
    da_dc *= gate_o
