"""A window cut where states start anew, so that PyTorch's cells, which cannot start anew, read each piece by itself.

The pieces of all streams lie side by side as the sequences of a batch, the longest first, and are packed as PyTorch's
`PackedSequence` is: the first step of all sequences, then the second of those that have one, and so on. Nothing is
padded, and the whole window stays one call.

That suits a GPU. On a CPU PyTorch reads sequences of unequal lengths several times more slowly than equal ones, even
if it is called at every step; there a window is first cut into stretches of steps within which no stream starts anew.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Floats, Ids


class Packing(NamedTuple):
    """How a window of T steps of B streams is packed into S sequences.

    places (T·B,): for each packed row its place t·B + b in the window. sizes (longest,): how many sequences are still
    running at each step. streams (S,): whose each sequence is. carried (S, 1): 1 where a sequence goes on from the
    state before the window, 0 where it starts anew. ends (B,): the sequence that each stream ends with.
    """

    places: Ids
    sizes: Ids
    streams: Ids
    carried: Floats
    ends: Ids


def stretches(keep: Floats, cut: bool) -> list[slice]:
    """The steps of a window whose states start anew where keep (T, B, 1) is 0, `cut` before each step where some do."""
    anew = 1 + (keep[1:] == 0).any(axis=(1, 2)).nonzero()[0] if cut else []
    bounds = [0, *map(int, anew), len(keep)]
    return [slice(begin, end) for begin, end in pairwise(bounds)]


def packing(keep: Floats) -> Packing:
    """The packing of a window whose states start anew where keep (T, B, 1) is 0."""
    T, B, _ = keep.shape
    kept = keep[..., 0] != 0
    starts = ~kept
    starts[0] = True
    streams, begins = starts.T.nonzero()
    last = np.append(streams[1:] != streams[:-1], True)  # of its stream
    lengths = np.where(last, T, np.append(begins[1:], T)) - begins
    order = np.argsort(-lengths, kind="stable")
    streams, begins, lengths, last = streams[order], begins[order], lengths[order], last[order]
    steps = np.arange(lengths[0])[:, None]
    running = steps < lengths
    ends = np.empty(B, np.int64)
    ends[streams[last]] = last.nonzero()[0]
    return Packing(
        places=((begins + steps) * B + streams)[running],
        sizes=running.sum(axis=1),
        streams=streams,
        carried=((begins == 0) & kept[0, streams])[:, None].astype(keep.dtype),
        ends=ends,
    )
