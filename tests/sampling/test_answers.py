"""Gaps filled: every answer's figure against the network's own, the best found, and candidates scored."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from poemgen import filling
from poemgen.filling import Filler, Window
from poemgen.model import Config, Network, initial
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS
from poemgen.sampling.answers import Answer, fill, score_candidates
from poemgen.sampling.rereading import Rereader
from poemgen.sampling.voice import Context, Voice
from poemgen.text.tokenizer import EOS, Vocabulary

VOCABULARY = Vocabulary("\n abc")
V = len(VOCABULARY)
LETTERS = " abc"

each_cell = pytest.mark.parametrize("cell", CELLS)
all_depths = pytest.mark.parametrize("layers", [1, 2])


class Example:
    """A network of random weights, wider on the right than on the left."""

    def __init__(self, cell: str, layers: int = 1) -> None:
        config, rng = Config(cell, layers, 5, V), np.random.default_rng(4)
        flat = filling.initial(config, 6, rng).flat.astype(np.float64)
        self.filler = Filler(config, filling.parameters(config, flat + 0.5 * rng.normal(size=flat.shape)))

    def fill(self, text: str, count: int = 1, temperature: float = 0.0, seed: int = 0) -> list[tuple[str, float]]:
        rng = np.random.default_rng(seed)
        answers = fill(self.filler, VOCABULARY, text, count, temperature=temperature, rng=rng)
        return [(answer.text, answer.log_probability) for answer in answers]

    def log_probability(self, text: str, missing: list[int]) -> float:
        """Of these places of a text, in one window made by hand."""
        sides = filling.read(*self.filler, window := window_of(text, missing), Scratch())
        return float(filling.log_probabilities(self.filler.parameters.joint, sides, window.y).sum())


def window_of(text: str, missing: list[int]) -> Window:
    """The window of a text that begins a poem. The right side reads what is not missing, every line from its end."""
    order: list[int] = []  # places as the right side comes to them
    for line in re.finditer("(.*)(\n?)", text):
        order += [*reversed(range(*line.span(1))), *range(*line.span(2))]
    there = [place for place in order if place not in missing]
    ends = [place for place in missing if place + 1 not in missing]  # of gaps
    gap = [sum(end < place for end in ends) for place in missing]
    right = [len(set(order[: order.index(end)]) - set(missing)) for end in ends]
    ids = VOCABULARY.encode(text).astype(np.int64)
    turned = np.append(ids[there], np.full(len(missing), EOS))
    x = np.array([[V, *ids[:-1]], [V, *turned[:-1]]])[:, :, None]
    keep = np.ones((len(text), 1, 1))
    keep[0] = 0
    n = [ends[number] + 1 - place for number, place in zip(gap, missing, strict=True)]
    return Window(x, keep, ids[missing], *map(np.array, (missing, right, gap, n)))


@each_cell
@all_depths
@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_the_figure_of_an_answer_is_that_of_the_network(cell: str, layers: int, temperature: float) -> None:
    example = Example(cell, layers)
    for template in ("ab__a\nc_b_", "_", "__ab", "a_b\n", "_a__b_c\n\nab_ c_\n", "a\n_\n_ba____________________"):
        missing = [place for place, sign in enumerate(template) if sign == "_"]
        for text, log_p in example.fill(template, 3, temperature):
            assert log_p == pytest.approx(example.log_probability(text, missing), rel=1e-9)


def test_the_window_by_hand() -> None:
    window = window_of("abc\na b", [1, 4, 6])
    a, b, c, space, newline = (int(VOCABULARY.encode(sign)[0]) for sign in "abc \n")
    assert window.x[0, :, 0].tolist() == [V, a, b, c, newline, a, space]
    assert window.x[1, :, 0].tolist() == [V, c, a, newline, space, EOS, EOS]
    assert (window.right.tolist(), window.left.tolist()) == ([1, 4, 3], [1, 4, 6])
    assert (window.gap.tolist(), window.n.tolist()) == ([0, 1, 2], [1, 1, 1])
    assert window_of("abcab", [1, 2, 3]).n.tolist() == [3, 2, 1]


@each_cell
def test_the_best_of_all_answers_are_found_in_their_order(cell: str) -> None:
    example = Example(cell)
    all_texts = [f"a{x}{y}b" for x, y in itertools.product(LETTERS, repeat=2)]
    expected = {text: example.log_probability(text, [1, 2]) for text in all_texts}
    best = sorted(expected, key=lambda text: -expected[text])
    found = example.fill("a__b", 100)
    assert [text for text, _ in found] == best
    assert example.fill("a__b", 3) == found[:3]


def test_what_comes_after_the_line_does_not_matter_but_the_rest_of_it_does() -> None:
    example = Example("lstm")
    (one, *_), (same, *_), (other, *_) = (example.fill(text, 1) for text in ("a_b", "a_b\ncc", "a_c"))
    assert same == (f"{one[0]}\ncc", one[1])
    assert other[1] != one[1]


def test_answers_of_any_length_are_ranked_between_their_sum_and_their_mean() -> None:
    answers = fill(Example("lstm").filler, VOCABULARY, "a...b", 40, rng=np.random.default_rng(1))
    ranks = [answer.log_probability / len(answer.gaps[0]) ** 0.7 for answer in answers]
    assert ranks == [answer.rank for answer in answers] == sorted(ranks, reverse=True)
    assert len({len(answer.gaps[0]) for answer in answers}) > 1
    assert all(answer.text == f"a{answer.gaps[0]}b" for answer in answers)
    assert answers[0].mean_log_probability == answers[0].log_probability / answers[0].characters


class Listener(Voice):
    """A voice that notes what it hears, and says how much it likes a letter."""

    def __init__(self, vocabulary: Vocabulary = VOCABULARY, liked: str = "") -> None:
        config = Config("rnn", 1, 2, len(vocabulary))
        super().__init__(Network(config, initial(config, np.random.default_rng(0))))
        self.liked = vocabulary.encode(liked).tolist()
        self.begun: list[int] = []
        self.heard: list[list[int]] = []

    def read(self, context: Context, ids: Sequence[int]) -> Context:
        self.begun = list(ids)
        return super().read(context, ids)

    def log_probabilities(self, context: Context, texts: Sequence[Sequence[int]]) -> Floats:
        self.heard += [self.begun + list(text) for text in texts]
        return np.array([9.0 * sum(id in self.liked for id in text) for text in texts])


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_language_models_that_read_the_answers_change_their_order_and_no_more(temperature: float) -> None:
    def answers(readers: Sequence[Rereader]) -> list[Answer]:
        filler, rng = Example("lstm").filler, np.random.default_rng(1)
        text = "a...b\ncccc"
        return fill(filler, VOCABULARY, text, 64, temperature=temperature, rng=rng, rereaders=readers)

    plain, heard = answers([]), answers([Rereader(Listener(liked="c"), from_the_end=False)])
    figures = {answer.text: answer.log_probability for answer in plain}
    both = [answer for answer in heard if answer.text in figures]
    assert both
    assert all(answer.log_probability == figures[answer.text] for answer in both)
    assert [answer.rank for answer in heard] == sorted((answer.rank for answer in heard), reverse=True)
    for answer in heard:
        assert answer.reread == 9.0 * answer.gaps[0].count("c")  # of the line, not of the next one
        assert answer.rank == pytest.approx(answer.log_probability / answer.characters**0.7 + answer.reread)
    assert sum(answer.text.count("c") for answer in heard) > sum(answer.text.count("c") for answer in plain)


@pytest.mark.parametrize(
    ("text", "forward", "backward"),
    [
        ("a_c\nbb_a\ncccc", "a.c\nbb.a\n", "c.a\na.bb\n"),
        ("ab_\n\n", "ab.\n", ".ba\n"),
        ("c\n_", "c\n.\n", "c\n.\n"),
        ("a_" + "b" * 150, "a." + "b" * 100, "b" * 150 + ".a\n"),
    ],
)
def test_the_lines_with_gaps_are_read_from_both_ends(text: str, forward: str, backward: str) -> None:
    one, other = Listener(), Listener()
    readers = [Rereader(one, from_the_end=False), Rereader(other, from_the_end=True)]
    fill(Example("gru").filler, VOCABULARY, text, 3, rng=np.random.default_rng(1), rereaders=readers)
    for voice, expected in ((one, forward), (other, backward)):
        assert len(voice.heard) > 1
        assert all(re.fullmatch(expected, VOCABULARY.decode(np.array(ids))) for ids in voice.heard)


def test_where_no_line_ends_the_poem_does() -> None:
    vocabulary = Vocabulary("ab")
    config, rng = Config("rnn", 1, 4, len(vocabulary)), np.random.default_rng(1)
    filler, voice = Filler(config, filling.initial(config, 4, rng)), Listener(vocabulary)
    assert fill(filler, vocabulary, "a_b", 2, rng=rng, rereaders=[Rereader(voice, from_the_end=True)])
    assert {ids[-1] for ids in voice.heard} == {EOS}


def test_nothing_to_fill_in_is_no_answer() -> None:
    vocabulary = Vocabulary("\n")
    config, rng = Config("rnn", 1, 4, len(vocabulary)), np.random.default_rng(1)
    filler, readers = Filler(config, filling.initial(config, 4, rng)), [Rereader(Listener(vocabulary), False)]
    assert fill(filler, vocabulary, "_", rng=rng, rereaders=readers) == []


def test_draws_differ_from_each_other_and_are_repeated_by_their_seed() -> None:
    example = Example("gru")
    drawn = example.fill("ab___c", 10, temperature=1.0, seed=1)
    assert len({text for text, _ in drawn}) == 10
    assert example.fill("ab___c", 10, temperature=1.0, seed=1) == drawn
    assert example.fill("ab___c", 10, temperature=1.0, seed=2) != drawn
    figures = [log_p for _, log_p in drawn]
    assert figures == sorted(figures, reverse=True)


def test_a_single_draw_is_as_likely_as_the_softmax_says() -> None:
    example = Example("lstm")
    likely = {text: np.exp(log_p) for text, log_p in example.fill("a_c", 99)}
    total = sum(likely.values())  # <EOS>, <UNK> and line ends are never drawn
    counts = Counter(example.fill("a_c", 1, temperature=1.0, seed=seed)[0][0] for seed in range(600))
    for text, chance in likely.items():
        expected = 600 * chance / total
        assert abs(counts[text] - expected) < 4.5 * np.sqrt(expected) + 1


def test_answers_that_are_preferred_come_first() -> None:
    example = Example("lstm")
    plain = [text for text, _ in example.fill("a_c", 99)]
    liked = plain[-1]
    rng = np.random.default_rng(0)
    answers = fill(example.filler, VOCABULARY, "a_c", 99, rng=rng, prefer=lambda text: text == liked)
    assert [answer.text for answer in answers] == [liked, *plain[:-1]]


def test_unknown_characters_stay_and_lines_do_not_end_in_a_gap() -> None:
    for text, _ in Example("rnn").fill("aé_\n____", 50):
        assert text.startswith("aé")
        assert text.count("\n") == 1
        assert set(text) <= set("é\n abc")


def test_a_vocabulary_without_ends_of_lines_will_do() -> None:
    vocabulary = Vocabulary("ab")
    config, rng = Config("rnn", 1, 4, len(vocabulary)), np.random.default_rng(1)
    filler = Filler(config, filling.initial(config, 3, rng))
    answers = fill(filler, vocabulary, "a_", 5, rng=rng)
    assert sorted(answer.text for answer in answers) == ["aa", "ab"]


@each_cell
@all_depths
def test_candidates_are_scored_like_answers(cell: str, layers: int) -> None:
    example = Example(cell, layers)
    words = ["abc", "cab", "  b", "bbb"]
    candidates: Ids = np.array([VOCABULARY.encode(word) for word in words])
    for before, after in (("ab c\n", "cb\na"), ("ab\nb", "\nc"), ("", "")):
        found = score_candidates(
            example.filler, VOCABULARY, VOCABULARY.encode(before), VOCABULARY.encode(after), candidates
        )
        places = list(range(len(before), len(before) + 3))
        expected = [example.log_probability(before + word + after, places) for word in words]
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_end_of_a_poem_ends_the_line_of_a_candidate() -> None:
    example, candidates = Example("gru"), VOCABULARY.encode("ab")[None]
    before, after = VOCABULARY.encode("c "), VOCABULARY.encode(" b")
    found = [
        score_candidates(example.filler, VOCABULARY, before, np.append(after, end), candidates).item()
        for end in ([], [EOS], [EOS, 4, 5], VOCABULARY.encode("\nab"))
    ]
    assert found == pytest.approx(found[:1] * 4, rel=1e-12)
