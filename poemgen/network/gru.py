"""The gated recurrent unit of the notes, whose reset gate acts on the state before the product.

    Γr   = σ(Ur c<t-1> + Wr x<t> + br)                 relevance (reset) gate
    Γu   = σ(Uu c<t-1> + Wu x<t> + bu)                 update gate
    c̃<t> = tanh(Uc (Γr · c<t-1>) + Wc x<t> + bc)        candidate
    c<t> = Γu · c̃<t> + (1 - Γu) · c<t-1>               and a<t> = c<t>

PyTorch's nn.GRU multiplies by Γr after the product and is a different cell. See `rnn` for what the three functions do.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.activations import shifted, sigmoid, tanh
from poemgen.network.arrays import Floats

GATES = 3  # in the order Γr, Γu, c̃


class State(NamedTuple):
    """c<t>, which is also a<t>: (B, H)."""

    c: Floats


class Trace(NamedTuple):
    """What `backward` needs: Γr, Γu, c̃ (3, T, B, H), c<t> (T, B, H), the state before it, and `keep` (T, B, 1)."""

    gates: Floats
    c: Floats
    start: State
    keep: Floats


def step(z: Floats, prev: State, U: Floats) -> State:
    """One step. z (3, B, H) holds W x<t> + b and becomes Γr, Γu, c̃."""
    z[:2] += prev.c @ U[:2]
    gate_r, gate_u = sigmoid(z[:2])
    z[2] += (gate_r * prev.c) @ U[2]
    c_tilde = tanh(z[2])
    return State(c=gate_u * c_tilde + (1 - gate_u) * prev.c)


def forward(z: Floats, U: Floats, start: State, keep: Floats) -> tuple[Floats, State, Trace]:
    """All steps. z (3, T, B, H) holds W x<t> + b and is overwritten; where keep (T, B, 1) is 0 the state starts anew.

    Returns c<1..T> (T, B, H), the state after the last step, and the trace.
    """
    c = np.empty_like(z[0])
    state = start
    for t in range(len(c)):
        state = step(z[:, t], State(state.c * keep[t]), U)
        c[t] = state.c
    return c, state, Trace(z, c, start, keep)


def backward(dc_out: Floats, end: State, U: Floats, trace: Trace) -> tuple[Floats, Floats, State]:
    """Gradients from ∂L/∂c<t> as the layers above see it (T, B, H) and ∂L/∂(last state), `end`.

    Returns dz (3, T, B, H), dU (3, H, H) and the gradient of the state that the sequence started from.
    """
    gates, c, start, keep = trace
    dz = np.empty_like(gates)
    U_T = np.ascontiguousarray(U.transpose(0, 2, 1))
    c_prev = shifted(start.c, c, keep)
    dc = end.c
    for t in reversed(range(len(c))):
        gate_r, gate_u, c_tilde = gates[:, t]
        dc = dc + dc_out[t]
        dz[2, t] = dc * gate_u * (1 - c_tilde**2)
        dreset = dz[2, t] @ U_T[2]  # ∂L/∂(Γr · c<t-1>)
        dz[0, t] = dreset * c_prev[t] * gate_r * (1 - gate_r)
        dz[1, t] = dc * (c_tilde - c_prev[t]) * gate_u * (1 - gate_u)
        through_gates = (dz[:2, t] @ U_T[:2]).sum(axis=0)
        dc = (dc * (1 - gate_u) + dreset * gate_r + through_gates) * keep[t]
    H = c.shape[-1]
    dU = np.empty_like(U)
    np.matmul(c_prev.reshape(-1, H).T, dz[:2].reshape(2, -1, H), out=dU[:2])
    np.matmul((gates[0] * c_prev).reshape(-1, H).T, dz[2].reshape(-1, H), out=dU[2])
    return dz, dU, State(dc)
