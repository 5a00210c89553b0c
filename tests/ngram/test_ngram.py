"""The n-gram against its definition, written out with dictionaries, and against the laws of probability."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.ngram import fit, log_probabilities, next_probabilities, sample
from poemgen.ngram.fitting import discounts
from poemgen.text.tokenizer import EOS, UNK

V = 5
POEMS = st.lists(st.lists(st.integers(1, V - 1), max_size=12), min_size=1, max_size=6)
ORDERS = st.integers(1, 5)
Gram = tuple[int, ...]


def ids_of(poems: Sequence[Sequence[int]]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.array([number for poem in poems for number in (*poem, EOS)], np.uint8)


class Plain:
    """The definition: counts by n-gram, lower orders from the different n-grams of the next higher one."""

    def __init__(self, poems: Sequence[Sequence[int]], vocabulary: int, order: int) -> None:
        self.vocabulary, self.order = vocabulary, order
        padded = [(*[vocabulary] * (order - 1), *poem, EOS) for poem in poems]
        counts: Counter[Gram] = Counter(
            poem[end - order : end] for poem in padded for end in range(order, len(poem) + 1)
        )
        self.counts = {order: counts}
        for length in range(order - 1, 0, -1):
            self.counts[length] = self.shorter(self.counts[length + 1])
        self.taken = {
            length: discounts(np.array(list(of_length.values()))).tolist() for length, of_length in self.counts.items()
        }

    def shorter(self, counts: Counter[Gram]) -> Counter[Gram]:
        found: Counter[Gram] = Counter()
        for gram, count in counts.items():
            begins = gram[1] == self.vocabulary
            found[gram[1:]] += count if begins else 1
        return found

    def p(self, context: Gram, following: int) -> float:
        return self.at(context[len(context) - self.order + 1 :] if self.order > 1 else (), following)

    def at(self, context: Gram, following: int) -> float:
        length = len(context) + 1
        lower = self.at(context[1:], following) if context else 1 / self.vocabulary
        followers = {gram[-1]: count for gram, count in self.counts[length].items() if gram[:-1] == context}
        if not followers:
            return lower
        taken = {gram: self.taken[length][min(count, 3)] for gram, count in followers.items()}
        own = followers.get(following, 0) - taken.get(following, 0)
        p: float = (own + sum(taken.values()) * lower) / sum(followers.values())
        return p


@given(POEMS, POEMS, ORDERS)
def test_it_is_what_the_definition_says(poems: list[list[int]], asked: list[list[int]], order: int) -> None:
    plain = Plain(poems, V, order)
    expected = []
    for poem in asked:
        padded = (*[V] * (order - 1), *poem, EOS)
        expected += [plain.p(padded[: end + order - 1], padded[end + order - 1]) for end in range(len(poem) + 1)]
    found = log_probabilities(fit(ids_of(poems), V, order), ids_of(asked))
    assert np.exp(found) == pytest.approx(expected, rel=1e-5)


@given(POEMS, st.lists(st.lists(st.integers(0, V), min_size=4, max_size=4), min_size=1, max_size=8), ORDERS)
def test_probabilities_sum_to_one_after_every_context(
    poems: list[list[int]], contexts: list[list[int]], order: int
) -> None:
    p = next_probabilities(fit(ids_of(poems), V, order), np.array(contexts))
    assert p.shape == (len(contexts), V)
    assert (p > 0).all()
    assert p.sum(axis=1) == pytest.approx(1, abs=1e-5)


@given(POEMS, st.lists(st.integers(1, V - 1), max_size=12), ORDERS)
def test_both_ways_to_ask_agree(poems: list[list[int]], poem: list[int], order: int) -> None:
    ngram = fit(ids_of(poems), V, order)
    padded = np.array([*[V] * (order - 1), *poem, EOS])
    contexts = np.array([padded[place : place + order - 1] for place in range(len(poem) + 1)], np.int64)
    p = next_probabilities(ngram, contexts.reshape(len(poem) + 1, order - 1))
    chosen = p[np.arange(len(poem) + 1), padded[order - 1 :]]
    assert np.log(chosen) == pytest.approx(log_probabilities(ngram, ids_of([poem])))


def test_an_unseen_context_takes_the_shorter_ones_word() -> None:
    ngram = fit(ids_of([[2, 3, 4, 2, 3], [4, 4, 2]]), V, 4)
    unseen, shorter = np.array([[3, 3, 2]]), np.array([[2]])
    assert next_probabilities(ngram, unseen).tolist() == next_probabilities(ngram, shorter).tolist()
    seen = np.array([[2, 3, 4]])
    assert next_probabilities(ngram, seen)[0, 2] > next_probabilities(ngram, seen[:, 1:])[0, 2]


def test_a_poem_is_foretold_as_if_it_stood_alone() -> None:
    ngram = fit(ids_of([[2, 3, 4], [4, 3, 2]]), V, 3)
    together = log_probabilities(ngram, ids_of([[2, 3], [], [4, 3, 2]]))
    alone = [log_probabilities(ngram, ids_of([poem])) for poem in ([2, 3], [], [4, 3, 2])]
    assert together.tolist() == np.concatenate(alone).tolist()


@given(st.lists(st.integers(1, 6), max_size=30))
def test_a_discount_leaves_something_and_takes_something(counts: list[int]) -> None:
    found = discounts(np.array(counts, np.int64))
    assert found[0] == 0
    assert all(0 < found[count] < count for count in (1, 2, 3))


def test_discounts_are_those_of_the_counts_of_counts() -> None:
    counts = np.repeat([1, 2, 3, 4, 9], [100, 40, 20, 12, 50])
    y = 100 / 180
    expected = [0, 1 - 2 * y * 40 / 100, 2 - 3 * y * 20 / 40, 3 - 4 * y * 12 / 20]
    assert discounts(counts).tolist() == pytest.approx(expected)
    assert discounts(np.array([5, 5, 7])).tolist() == [0, 0.5, 1, 1.5]


def test_a_vocabulary_may_have_more_ids_than_eight_fit_in_a_key() -> None:
    rng = np.random.default_rng(1)
    poems = [rng.integers(1, 70_000, 20).tolist() for _ in range(5)]
    ids = np.array([number for poem in poems for number in (*poem, EOS)])
    ngram = fit(ids, 70_000, 8)
    assert np.exp(log_probabilities(ngram, ids)).min() > 0.02
    assert next_probabilities(ngram, ids[None, 3:10]).sum() == pytest.approx(1, abs=1e-4)


def test_it_may_be_asked_nothing() -> None:
    ngram = fit(ids_of([[2, 3]]), V, 3)
    assert log_probabilities(ngram, ids_of([])).shape == (0,)
    assert next_probabilities(ngram, np.empty((0, 2), np.int64)).shape == (0, V)


# ---- poems


def test_drawn_characters_come_as_often_as_they_should() -> None:
    ngram = fit(ids_of([[2, 3, 4, 2, 2, 3], [2, 4, 4, 3], [3, 1, 2]]), V, 3)
    poems = sample(ngram, np.random.default_rng(0), count=20_000, max_length=1)
    begun = Counter(int(poem[0]) if len(poem) else EOS for poem in poems)
    p = next_probabilities(ngram, np.array([[V, V]]))[0]
    p[UNK] = 0
    assert [begun[number] / 20_000 for number in range(V)] == pytest.approx((p / p.sum()).tolist(), abs=0.012)


def test_a_poem_ends_at_its_end_or_at_the_greatest_length() -> None:
    ngram = fit(ids_of([[2, 3, 4]] * 3), V, 3)
    (poem,) = sample(ngram, np.random.default_rng(0), count=1, max_length=20, temperature=0)
    assert poem.tolist() == [2, 3, 4]
    poems = sample(ngram, np.random.default_rng(0), count=50, max_length=2)
    assert max(map(len, poems)) == 2
    assert not np.isin(np.concatenate(poems), [EOS, UNK, V]).any()


def test_cold_poems_vary_less() -> None:
    ngram = fit(ids_of([[2], [2], [2], [3], [4]]), V, 2)
    firsts: dict[float, Counter[int]] = defaultdict(Counter)
    for temperature in (0.3, 1.0):
        for poem in sample(ngram, np.random.default_rng(0), count=500, max_length=1, temperature=temperature):
            firsts[temperature].update(poem.tolist())
    assert firsts[0.3][2] > 375 > 325 > firsts[1.0][2]
