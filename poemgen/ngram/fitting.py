"""From poems to an n-gram, by interpolated modified Kneser-Ney smoothing (Chen and Goodman, 1998).

After a context c of n - 1 characters

    p(w | c) = (count(c, w) - D(count(c, w))) / count(c) + γ(c) p(w | c without its first character),

down to the empty context, which is mixed with 1 / V in the same way. There are three discounts an order, D(1), D(2) and
D(3 or more); γ(c) gives back what they took. At the highest order a count is how often the n-gram comes; at the lower
orders it is how many different characters come before it, except at the beginning of a poem, where only one can.

A poem begins after a context of boundaries, a number beyond the vocabulary, and ends with its <EOS>.
"""

import numpy as np
from numpy.typing import NDArray

from poemgen.ngram.tree import Ids, Keys, NGram, Order, Places, earlier_characters

DISCOUNTED = 3  # counts of 1, of 2, and of 3 or more have discounts of their own


def fit(ids: Ids, vocabulary: int, order: int = 8) -> NGram:
    """The n-gram of poems laid end to end, each with its <EOS>: (characters,). Needs some 40 bytes a character."""
    empty = NGram(vocabulary, ())
    trees, grams, counts = _highest(empty, ids, order)
    orders: list[Order] = []
    for length in range(order, 0, -1):
        orders.append(_smoothed(trees[length - 1], grams, counts, empty.bits))
        if length > 1:
            grams, counts = _lower(empty, trees, length, grams, counts)
    return NGram(vocabulary, tuple(orders[::-1]))


def discounts(counts: Places) -> NDArray[np.float64]:
    """What is taken off counts of 0 (nothing), 1, 2, and 3 or more: (4,), by the counts of these counts.

    Where a small corpus gives none between 0 and the count, half of the count is taken.
    """
    n1, n2, n3, n4 = (float(np.count_nonzero(counts == count)) for count in range(1, 5))
    found = np.arange(DISCOUNTED + 1) / 2
    if n1 + n2:
        y = n1 / (n1 + 2 * n2)
        for count, (these, more) in enumerate([(n1, n2), (n2, n3), (n3, n4)], start=1):
            if these and 0 < (taken := count - (count + 1) * y * more / these) < count:
                found[count] = taken
    return found


def _highest(empty: NGram, ids: Ids, order: int) -> tuple[list[Keys], Keys, Places]:
    """The tree of contexts, its levels' keys from the root down, and the n-grams of the highest order and their counts.

    The root is a level without keys.
    """
    trees = [np.empty(0, np.uint64)]
    nodes = np.zeros(len(ids), np.uint64)
    earlier = earlier_characters(empty, ids)
    for _ in range(order - 1):
        keys, nodes = _numbered((nodes << empty.bits) | next(earlier))
        trees.append(keys)
    grams, counts = np.unique((nodes << empty.bits) | ids.astype(np.uint64), return_counts=True)
    return trees, grams, counts


def _numbered(keys: Keys) -> tuple[Keys, Keys]:
    """The different keys, sorted, and the number that each key has among them."""
    order = np.argsort(keys)
    keys = keys[order]
    first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    numbers = np.empty(len(keys), np.uint64)
    numbers[order] = np.cumsum(first, dtype=np.uint64) - np.uint64(1)
    return keys[first], numbers


def _lower(empty: NGram, trees: list[Keys], length: int, grams: Keys, counts: Places) -> tuple[Keys, Places]:
    """From the n-grams of one length those shorter by their first character, and how many characters come before."""
    tree = trees[length - 1]
    nodes = grams >> empty.bits
    parents = tree[nodes.astype(np.int64)] >> empty.bits
    weights = np.where(_at_the_beginning(empty, trees, length - 1)[parents.astype(np.int64)], counts, 1)
    shorter, numbers = _numbered((parents << empty.bits) | (grams & ((np.uint64(1) << empty.bits) - np.uint64(1))))
    return shorter, np.bincount(numbers.astype(np.int64), weights).astype(np.int64)


def _at_the_beginning(empty: NGram, trees: list[Keys], length: int) -> NDArray[np.bool_]:
    """Whether the contexts of the n-grams of a length begin with a boundary; the empty context does not."""
    if length == 1:
        return np.zeros(1, np.bool_)
    first = trees[length - 1] & ((np.uint64(1) << empty.bits) - np.uint64(1))
    begins: NDArray[np.bool_] = first == empty.boundary
    return begins


def _smoothed(contexts: Keys, grams: Keys, counts: Places, bits: np.uint64) -> Order:
    nodes = (grams >> bits).astype(np.int64)
    taken = discounts(counts)[np.minimum(counts, DISCOUNTED)]
    totals = np.bincount(nodes, counts)
    gamma = np.bincount(nodes, taken) / totals
    shares = (counts - taken) / totals[nodes]
    return Order(contexts, gamma.astype(np.float32), grams, shares.astype(np.float32))
