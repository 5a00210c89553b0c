"""Gaps filled: every answer's figure against the network's own, the best found, and candidates scored."""

import itertools
from collections import Counter

import numpy as np
import pytest

from poemgen import filling
from poemgen.model import Config
from poemgen.network.arrays import Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS
from poemgen.sampling.answers import fill, score_candidates
from poemgen.text.tokenizer import EOS, Vocabulary

VOCABULARY = Vocabulary("\n abc")
V = len(VOCABULARY)
LETTERS = " abc"

each_cell = pytest.mark.parametrize("cell", CELLS)
all_depths = pytest.mark.parametrize("layers", [1, 2])


class Filler:
    """A network of random weights."""

    def __init__(self, cell: str, layers: int = 1) -> None:
        self.config = Config(cell, layers, 5, V)
        self.model = filling.initial(self.config, np.random.default_rng(4), np.float64)
        self.model.flat[:] *= 1.5

    def fill(self, text: str, count: int = 1, temperature: float = 0.0, seed: int = 0) -> list[tuple[str, float]]:
        rng = np.random.default_rng(seed)
        answers = fill(self.config, self.model, VOCABULARY, text, count, temperature=temperature, rng=rng)
        return [(answer.text, answer.log_probability) for answer in answers]

    def log_probability(self, text: str, missing: list[int], after: int) -> float:
        """Of these places of a text in one window."""
        ids = np.concatenate([[V], VOCABULARY.encode(text), [after]])[:, None]
        gone, starts = np.zeros((len(text), 1), bool), np.zeros((len(text) + 1, 1), bool)
        gone[missing] = starts[0] = True
        window = filling.window(ids, gone, starts, V, np.float64)
        return float(filling.log_probabilities(self.config, self.model, window, Scratch()).sum())


def newline() -> int:
    return int(VOCABULARY.encode("\n")[0])


@each_cell
@all_depths
@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_the_figure_of_an_answer_is_that_of_the_network(cell: str, layers: int, temperature: float) -> None:
    filler = Filler(cell, layers)
    for text, answer in (
        (template, each)
        for template in ("ab__a\nc_b_", "_", "__ab", "a_b\n")
        for each in filler.fill(template, 3, temperature)
    ):
        places = [place for place, character in enumerate(text) if character == "_"]
        after = V if text.endswith("\n") else newline()
        assert answer[1] == pytest.approx(filler.log_probability(answer[0], places, after), rel=1e-9)


@each_cell
def test_the_best_of_all_answers_are_found_in_their_order(cell: str) -> None:
    filler = Filler(cell)
    all_texts = [f"a{x}{y}b" for x, y in itertools.product(LETTERS, repeat=2)]
    expected = {text: filler.log_probability(text, [1, 2], newline()) for text in all_texts}
    best = sorted(expected, key=lambda text: -expected[text])
    found = filler.fill("a__b", 100)
    assert [text for text, _ in found] == best
    assert filler.fill("a__b", 3) == found[:3]


def test_answers_of_any_length_are_ranked_between_their_sum_and_their_mean() -> None:
    filler = Filler("lstm")
    answers = fill(filler.config, filler.model, VOCABULARY, "a...b", 40, rng=np.random.default_rng(1))
    ranks = [answer.log_probability / len(answer.gaps[0]) ** 0.7 for answer in answers]
    assert ranks == [answer.rank for answer in answers] == sorted(ranks, reverse=True)
    assert len({len(answer.gaps[0]) for answer in answers}) > 1
    assert all(answer.text == f"a{answer.gaps[0]}b" for answer in answers)
    assert answers[0].mean_log_probability == answers[0].log_probability / answers[0].characters


def test_draws_differ_from_each_other_and_are_repeated_by_their_seed() -> None:
    filler = Filler("gru")
    drawn = filler.fill("ab___c", 10, temperature=1.0, seed=1)
    assert len({text for text, _ in drawn}) == 10
    assert filler.fill("ab___c", 10, temperature=1.0, seed=1) == drawn
    assert filler.fill("ab___c", 10, temperature=1.0, seed=2) != drawn
    figures = [log_p for _, log_p in drawn]
    assert figures == sorted(figures, reverse=True)


def test_a_single_draw_is_as_likely_as_the_softmax_says() -> None:
    filler = Filler("lstm")
    likely = {text: np.exp(log_p) for text, log_p in filler.fill("a_c", 99)}
    total = sum(likely.values())  # <EOS>, <UNK> and line ends are never drawn
    counts = Counter(filler.fill("a_c", 1, temperature=1.0, seed=seed)[0][0] for seed in range(600))
    for text, chance in likely.items():
        expected = 600 * chance / total
        assert abs(counts[text] - expected) < 4.5 * np.sqrt(expected) + 1


def test_answers_that_are_preferred_come_first() -> None:
    filler = Filler("lstm")
    plain = [text for text, _ in filler.fill("a_c", 99)]
    liked = plain[-1]
    answers = fill(
        filler.config,
        filler.model,
        VOCABULARY,
        "a_c",
        99,
        rng=np.random.default_rng(0),
        prefer=lambda text: text == liked,
    )
    assert [answer.text for answer in answers] == [liked, *plain[:-1]]


def test_unknown_characters_stay_and_lines_do_not_end_in_a_gap() -> None:
    for text, _ in Filler("rnn").fill("aé_\n____", 50):
        assert text.startswith("aé")
        assert text.count("\n") == 1
        assert set(text) <= set("é\n abc")


def test_a_vocabulary_without_ends_of_lines_will_do() -> None:
    vocabulary = Vocabulary("ab")
    config = Config("rnn", 1, 4, len(vocabulary))
    model = filling.initial(config, np.random.default_rng(1))
    answers = fill(config, model, vocabulary, "a_", 5, rng=np.random.default_rng(1))
    assert sorted(answer.text for answer in answers) == ["aa", "ab"]


@each_cell
@all_depths
def test_candidates_are_scored_like_answers(cell: str, layers: int) -> None:
    filler = Filler(cell, layers)
    before, after = VOCABULARY.encode("ab c\n"), VOCABULARY.encode("cb\na")
    words = ["abc", "cab", "  b", "bbb"]
    candidates: Ids = np.array([VOCABULARY.encode(word) for word in words])
    found = score_candidates(filler.config, filler.model, before, after, candidates)
    expected = [filler.log_probability(f"ab c\n{word}cb\na", [5, 6, 7], V) for word in words]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    ended = score_candidates(filler.config, filler.model, before, after, candidates, EOS)
    assert ended[0] == pytest.approx(filler.log_probability("ab c\nabccb\na", [5, 6, 7], EOS))
    assert ended[0] != found[0]
    nothing: Ids = before[:0]
    alone = score_candidates(filler.config, filler.model, nothing, nothing, candidates[:1])
    assert alone[0] == pytest.approx(filler.log_probability("abc", [0, 1, 2], V))
