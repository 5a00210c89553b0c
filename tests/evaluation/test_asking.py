"""Poems that were asked for, and how they are judged."""

from collections.abc import Callable

import pytest
from iid import LETTERS, WRITER, model

from poemgen.composing.judging import Composed
from poemgen.composing.workshop import Workshop
from poemgen.errors import UsageError
from poemgen.evaluation import asking
from poemgen.evaluation.asking import (
    LINES,
    Asker,
    acrostics,
    couplets,
    in_pentameter,
    initials,
    keywords,
    of_ten_syllables,
    rhyming,
)
from poemgen.evaluation.told_forms import Formed
from poemgen.verse.language import sounds_for

ENGLISH = sounds_for("en")


def test_pairs_that_rhyme_and_lines_that_did_not_come() -> None:
    lines = ["before the night", "it bore a light", "the wind", "the rain", "alone", "", "", ""]
    assert rhyming(ENGLISH, Formed(lines, "AABBCCDD")) == (1, 4)
    assert of_ten_syllables(ENGLISH, ["the boat came in before the end of day", ""]) == (1, 2)
    assert in_pentameter(ENGLISH, ["the boat came in before the end of day", ""]) == (1, 2)


def test_initials() -> None:
    assert initials("many\n\n'our\n  owls\nnest\n--") == "MOON"


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """Makes every poem that is asked for have these lines."""

    def set_lines(lines: list[str]) -> None:
        def poems_in_form(shop: Workshop, rng_seed: int, count: int) -> list[Composed]:
            return [Composed(shop.forms, lines)] * count

        monkeypatch.setattr(asking, "poems_in_form", poems_in_form)

    return set_lines


def test_a_model_without_a_second_network_is_asked_for_lines_that_do_not_rhyme(
    writes: Callable[[list[str]], None],
) -> None:
    writes(["a moon"] * 7)
    assert couplets(Asker(WRITER, "en", 0), 3) == [(["a moon"] * 7 + [""], "")] * 3
    assert LINES == 8


def test_a_demand_is_met_by_a_whole_poem_alone(writes: Callable[[list[str]], None]) -> None:
    writes(["a moon"] * 8)
    assert keywords(Asker(WRITER, "en", 0), 6) == [True, True, False, False, False, False]
    writes(["a moon"] * 7)
    assert keywords(Asker(WRITER, "en", 0), 2) == [False, False]
    writes(["more", "on", "on", "now"])
    assert acrostics(Asker(WRITER, "en", 0), 5) == [True, True, False, False, False]


def test_what_a_model_cannot_write_is_an_error() -> None:
    with pytest.raises(UsageError, match="does not tell the words"):
        couplets(Asker(LETTERS, "en", 0), 1)
    short = model({" ": 0.5, "a": 0.4}, end=0.1, words="a")
    with pytest.raises(UsageError, match="cannot write"):
        keywords(Asker(short, "en", 0), 1)
