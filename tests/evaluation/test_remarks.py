"""Sentences about rows whose figures are made up."""

import math

import pytest

from poemgen.evaluation.figures import (
    BITS_HELD_OUT,
    BITS_OF_CORPUS,
    EIGHT_GRAM,
    EITHER,
    HUMANS,
    LESS,
    MODEL,
    MORE,
    NOTHING,
    Figure,
    Row,
)
from poemgen.evaluation.remarks import BY_HEART, apart, is_by_heart, notes, remark, remarks


def row(humans: Figure | None, model: Figure, sides: frozenset[str] = MORE) -> Row:
    return Row("copies", {MODEL: model} | ({HUMANS: humans} if humans else {}), sides)


@pytest.mark.parametrize(
    ("model", "other", "expected"),
    [
        (Figure(5, 4, 6), Figure(8, 7, 9), "less"),
        (Figure(8, 7, 9), Figure(5, 4, 6), "more"),
        (Figure(5, 4, 7), Figure(8, 7, 9), ""),
        (Figure(5, 5, 5), Figure(4, 4, 4), "more"),
        (Figure(9), Figure(8, 7, 8), ""),
        (Figure(9, 9, 9), Figure(8), ""),
        (NOTHING, Figure(8, 7, 9), ""),
    ],
)
def test_intervals_that_do_not_meet(model: Figure, other: Figure, expected: str) -> None:
    assert apart(model, other) == expected


def test_a_sentence_says_what_is_and_what_people_do() -> None:
    bad = row(Figure(0, 0, 0.2), Figure(61, 55, 66))
    assert remark(bad) == "copies: 61.0%, more than humans: 0.0%"
    assert remarks([bad, row(Figure(0), Figure(0))]) == [remark(bad)]


def test_better_than_people_is_not_worse() -> None:
    low, high = Figure(1, 0, 2), Figure(9, 8, 10)
    assert remark(row(high, low, MORE)) == remark(row(low, high, LESS)) == remark(row(low, high, frozenset())) == ""
    assert remark(row(high, low, EITHER)) == "copies: 1.0%, less than humans: 9.0%"


def test_without_people_the_8_gram_is_the_mark() -> None:
    bits = Row("bits", {EIGHT_GRAM: Figure(2, 1.9, 2.1), MODEL: Figure(5, 4.9, 5.1)}, MORE, percent=False, digits=2)
    assert remark(bits) == "bits: 5.00, more than the 8-gram: 2.00"
    assert remark(row(None, Figure(5))) == ""


def test_a_corpus_that_is_known_by_heart() -> None:
    low, middle, high = Figure(1, 0.9, 1.1), Figure(2, 1.9, 2.1), Figure(3, 2.9, 3.1)

    def both(corpus: Figure, held_out: Figure) -> list[Row]:
        pairs = ((BITS_OF_CORPUS, corpus), (BITS_HELD_OUT, held_out))
        return [Row(name, {EIGHT_GRAM: middle, MODEL: model}, frozenset()) for name, model in pairs]

    assert remarks(both(low, high)) == [BY_HEART]
    for other in (both(low, low), both(high, high), both(middle, high), both(low, high)[:1], []):
        assert not is_by_heart(other)


def test_a_model_that_wrote_nothing_is_told_of() -> None:
    assert remark(row(Figure(99, 98, 100), NOTHING)) == "copies: the model wrote nothing to measure; humans 99.0%"
    assert remark(row(NOTHING, NOTHING)) == ""


def test_figures_as_they_are_shown() -> None:
    figures = row(Figure(99.25, 98, 100), NOTHING)
    assert figures.shown(HUMANS, interval=True) == "99.2% (98.0 to 100.0)"
    assert figures.shown(HUMANS) == "99.2%"
    assert (figures.shown(MODEL, interval=True), figures.shown(EIGHT_GRAM)) == ("nothing", "")
    assert row(Figure(3, math.nan), Figure(1)).shown(HUMANS, interval=True) == "3.0%"


def test_notes() -> None:
    many = [f"poem {number}" for number in range(30)]
    assert [*notes(many, ["another"], 0)] == []
    assert [note.split(";")[0] for note in notes(many[:2], [], 3)] == [
        "without a corpus there is no 8-gram, and nobody can tell copies",
        "held-out poems: 2, too few for their intervals to mean much",
        "characters of the held-out poems that the model does not know: 3",
    ]
    assert next(notes(many, many[:3], 0)).startswith("3 of 30 held-out poems stand in the corpus too")
