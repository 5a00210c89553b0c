"""Long short-term memory: a memory cell c<t> that three gates write, keep and show.

    Γu   = σ(Uu a<t-1> + Wu x<t> + bu)                 update gate
    Γf   = σ(Uf a<t-1> + Wf x<t> + bf)                 forget gate
    Γo   = σ(Uo a<t-1> + Wo x<t> + bo)                 output gate
    c̃<t> = tanh(Uc a<t-1> + Wc x<t> + bc)              candidate
    c<t> = Γu · c̃<t> + Γf · c<t-1>
    a<t> = Γo · tanh(c<t>)

See `rnn` for what the three functions do.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.activations import shifted, sigmoid, tanh
from poemgen.network.arrays import Floats

GATES = 4  # in the order Γu, Γf, Γo, c̃


class State(NamedTuple):
    """a<t> and c<t>, each (B, H)."""

    a: Floats
    c: Floats


class Trace(NamedTuple):
    """What `backward` needs: Γu, Γf, Γo, c̃ (4, T, B, H), a<t>, c<t> (T, B, H), the state before, `keep` (T, B, 1)."""

    gates: Floats
    a: Floats
    c: Floats
    start: State
    keep: Floats


def step(z: Floats, prev: State, U: Floats) -> State:
    """One step. z (4, B, H) holds W x<t> + b and becomes Γu, Γf, Γo, c̃."""
    z += prev.a @ U
    gate_u, gate_f, gate_o = sigmoid(z[:3])
    c_tilde = tanh(z[3])
    c = gate_u * c_tilde + gate_f * prev.c
    return State(a=gate_o * np.tanh(c), c=c)


def forward(z: Floats, U: Floats, start: State, keep: Floats) -> tuple[Floats, State, Trace]:
    """All steps. z (4, T, B, H) holds W x<t> + b and is overwritten; where keep (T, B, 1) is 0 the state starts anew.

    Returns a<1..T> (T, B, H), the state after the last step, and the trace.
    """
    a, c = np.empty_like(z[0]), np.empty_like(z[0])
    state = start
    for t in range(len(a)):
        state = step(z[:, t], State(state.a * keep[t], state.c * keep[t]), U)
        a[t], c[t] = state
    return a, state, Trace(z, a, c, start, keep)


def backward(da_out: Floats, end: State, U: Floats, trace: Trace) -> tuple[Floats, Floats, State]:
    """Gradients from ∂L/∂a<t> as the layers above see it (T, B, H) and ∂L/∂(last state), `end`.

    Returns dz (4, T, B, H), dU (4, H, H) and the gradient of the state that the sequence started from.
    """
    gates, a, c, start, keep = trace
    dz = np.empty_like(gates)
    U_T = np.ascontiguousarray(U.transpose(0, 2, 1))
    c_prev = shifted(start.c, c, keep)
    da, dc = end
    for t in reversed(range(len(a))):
        gate_u, gate_f, gate_o, c_tilde = gates[:, t]
        tanh_c = np.tanh(c[t])
        da = da + da_out[t]
        dc = dc + da * gate_o * (1 - tanh_c**2)
        dz[0, t] = dc * c_tilde * gate_u * (1 - gate_u)
        dz[1, t] = dc * c_prev[t] * gate_f * (1 - gate_f)
        dz[2, t] = da * tanh_c * gate_o * (1 - gate_o)
        dz[3, t] = dc * gate_u * (1 - c_tilde**2)
        da = (dz[:, t] @ U_T).sum(axis=0) * keep[t]
        dc = dc * gate_f * keep[t]
    H = a.shape[-1]
    a_prev = shifted(start.a, a, keep)
    dU = a_prev.reshape(-1, H).T @ dz.reshape(GATES, -1, H)
    return dz, dU, State(da, dc)
