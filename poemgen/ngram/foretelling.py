"""What an n-gram expects to follow."""

import numpy as np
from numpy.typing import NDArray

from poemgen.ngram.tree import Ids, NGram, Places, descend, earlier_characters, find


def log_probabilities(ngram: NGram, ids: Ids) -> NDArray[np.float64]:
    """The logarithm, in nats, of the probability of every character of poems laid end to end: (characters,)."""
    wanted = ids.astype(np.uint64)
    nodes = np.zeros(len(ids), np.int64)
    p = np.full(len(ids), 1 / ngram.vocabulary)
    earlier = earlier_characters(ngram, ids)
    for length, order in enumerate(ngram.orders):
        if length:
            nodes = descend(ngram, order, nodes, next(earlier))
        known = np.flatnonzero(nodes >= 0)
        places = find(order.grams, (nodes[known].astype(np.uint64) << ngram.bits) | wanted[known])
        own = np.where(places >= 0, order.shares[places], np.float32(0))
        p[known] = own + order.gamma[nodes[known]] * p[known]
    np.log(p, out=p)
    return p


def next_probabilities(ngram: NGram, contexts: Ids) -> NDArray[np.float64]:
    """The probabilities of what may follow: (B, V), for contexts (B, any length), the latest character last.

    A context that reaches back to the beginning of a poem has boundaries before it.
    """
    rows = np.arange(len(contexts))
    nodes = np.zeros(len(contexts), np.int64)
    p = np.full((len(contexts), ngram.vocabulary), 1 / ngram.vocabulary)
    for length, order in enumerate(ngram.orders[: contexts.shape[1] + 1]):
        if length:
            nodes = descend(ngram, order, nodes, contexts[:, -length].astype(np.uint64))
            rows = rows[nodes[rows] >= 0]
        p[rows] *= order.gamma[nodes[rows], None]
        begins, ends = (
            np.searchsorted(order.grams, (nodes[rows] + after).astype(np.uint64) << ngram.bits) for after in (0, 1)
        )
        places = _ranges(begins, ends - begins)
        followers = order.grams[places] & ((np.uint64(1) << ngram.bits) - np.uint64(1))
        p[np.repeat(rows, ends - begins), followers.astype(np.int64)] += order.shares[places]
    return p


def _ranges(begins: Places, lengths: Places) -> Places:
    """begins[0], begins[0] + 1, ..., then begins[1], ...: (sum of lengths,)."""
    offsets = np.cumsum(lengths) - lengths
    places: Places = np.arange(int(lengths.sum())) + np.repeat(begins - offsets, lengths)
    return places
