"""The cells once more, as plainly as the equations allow and a product at a time: what the fast ones are held to."""

from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Floats


class Gradients(NamedTuple):
    """The outputs (T, B, H) and, of their sum weighted with dy, the gradients of z (G, T, B, H), U and each start."""

    y: Floats
    dz: Floats
    dU: Floats  # noqa: N815
    dstart: list[Floats]


def σ(z: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-z))
    return result


def rnn(z: Floats, U: Floats, start: list[Floats], keep: Floats, dy: Floats) -> Gradients:
    a_prev: list[Floats] = []
    a: list[Floats] = []
    for t in range(len(keep)):
        a_prev.append((a[-1] if a else start[0]) * keep[t])
        a.append(np.tanh(z[0, t] + a_prev[t] @ U[0]))
    dz, dU, da = np.zeros_like(z), np.zeros_like(U), np.zeros_like(a[0])
    for t in reversed(range(len(keep))):
        dz[0, t] = (da + dy[t]) * (1 - a[t] ** 2)
        dU[0] += a_prev[t].T @ dz[0, t]
        da = dz[0, t] @ U[0].T * keep[t]
    return Gradients(np.array(a), dz, dU, [da])


def gru(z: Floats, U: Floats, start: list[Floats], keep: Floats, dy: Floats) -> Gradients:
    c_prev: list[Floats] = []
    c: list[Floats] = []
    gates: list[tuple[Floats, ...]] = []
    for t in range(len(keep)):
        c_prev.append((c[-1] if c else start[0]) * keep[t])
        r, u = (σ(z[gate, t] + c_prev[t] @ U[gate]) for gate in (0, 1))
        c_tilde = np.tanh(z[2, t] + (r * c_prev[t]) @ U[2])
        gates.append((r, u, c_tilde))
        c.append(u * c_tilde + (1 - u) * c_prev[t])
    dz, dU, dc = np.zeros_like(z), np.zeros_like(U), np.zeros_like(c[0])
    for t in reversed(range(len(keep))):
        r, u, c_tilde = gates[t]
        dc = dc + dy[t]
        dz[2, t] = dc * u * (1 - c_tilde**2)
        dreset = dz[2, t] @ U[2].T
        dz[0, t] = dreset * c_prev[t] * r * (1 - r)
        dz[1, t] = dc * (c_tilde - c_prev[t]) * u * (1 - u)
        dU += [c_prev[t].T @ dz[0, t], c_prev[t].T @ dz[1, t], (r * c_prev[t]).T @ dz[2, t]]
        dc = (dc * (1 - u) + dreset * r + dz[0, t] @ U[0].T + dz[1, t] @ U[1].T) * keep[t]
    return Gradients(np.array(c), dz, dU, [dc])


def lstm(z: Floats, U: Floats, start: list[Floats], keep: Floats, dy: Floats) -> Gradients:
    before: list[tuple[Floats, ...]] = []
    after: list[tuple[Floats, ...]] = []
    gates: list[tuple[Floats, ...]] = []
    for t in range(len(keep)):
        a_prev, c_prev = (part * keep[t] for part in (after[-1] if after else start))
        o, u, f = (σ(z[gate, t] + a_prev @ U[gate]) for gate in range(3))
        c_tilde = np.tanh(z[3, t] + a_prev @ U[3])
        c = u * c_tilde + f * c_prev
        before.append((a_prev, c_prev))
        gates.append((o, u, f, c_tilde))
        after.append((o * np.tanh(c), c))
    dz, dU = np.zeros_like(z), np.zeros_like(U)
    da, dc = (np.zeros_like(part) for part in start)
    for t in reversed(range(len(keep))):
        (a_prev, c_prev), (o, u, f, c_tilde), (_, c) = before[t], gates[t], after[t]
        da = da + dy[t]
        dc = dc + da * o * (1 - np.tanh(c) ** 2)
        dz[0, t] = da * np.tanh(c) * o * (1 - o)
        dz[1, t] = dc * c_tilde * u * (1 - u)
        dz[2, t] = dc * c_prev * f * (1 - f)
        dz[3, t] = dc * u * (1 - c_tilde**2)
        dU += a_prev.T @ dz[:, t]
        da = sum(dz[gate, t] @ U[gate].T for gate in range(4)) * keep[t]
        dc = dc * f * keep[t]
    return Gradients(np.array([a for a, _ in after]), dz, dU, [da, dc])
