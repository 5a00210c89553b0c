"""The composer: a poem is what its form asks for, line by line, or says which line is not."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import ENDS, TOY, knowledge, rngs, rules, studio

from poemgen.composing import judging
from poemgen.composing.composer import compose
from poemgen.composing.judging import Composed, balanced, one_of_the_best, stumbles
from poemgen.composing.order import Order
from poemgen.composing.studio import Place
from poemgen.sampling.voice import Context
from poemgen.verse.forms import LineForm
from poemgen.verse.meter import Meter, fits, syllables
from poemgen.verse.words import last_word, words

QUATRAIN = [LineForm(4, rhyme=letter) for letter in "ABAB"]


def poem(order: Order, seed: int = 0, candidates: int = 32) -> Composed:
    return compose(studio(candidates), knowledge(), order, rngs(seed))


@pytest.mark.parametrize("seed", range(4))
def test_rhymes_and_syllables_are_as_asked(seed: int) -> None:
    found = poem(Order(QUATRAIN), seed)
    assert found.failed == []
    assert [syllables(TOY, line) for line in found.lines] == [4] * 4
    ends = [last_word(line) for line in found.lines]
    assert len(set(ends)) == 4
    assert all(end in ENDS for end in ends)
    for one, other in ((0, 2), (1, 3)):
        assert TOY.pronunciations(ends[one])[0].rhyme == TOY.pronunciations(ends[other])[0].rhyme


def test_the_same_random_numbers_give_the_same_poem_and_others_another() -> None:
    assert poem(Order(QUATRAIN), 5) == poem(Order(QUATRAIN), 5)
    assert poem(Order(QUATRAIN), 5).text != poem(Order(QUATRAIN), 6).text


def test_two_workers_write_the_same_poem_as_one() -> None:
    from poemgen.workers import workers

    with workers(2) as pool:
        found = compose(replace(studio(), map=pool.map), knowledge(), Order(QUATRAIN), rngs(5))
    assert found == poem(Order(QUATRAIN), 5)


@pytest.mark.parametrize("meter", [Meter.IAMBIC, Meter.TROCHAIC])
def test_the_meter_is_as_asked(meter: Meter) -> None:
    found = poem(Order([LineForm(4, meter=meter)] * 2))
    assert found.failed == []
    assert all(fits(TOY, line, meter, syllables=4) for line in found.lines)


@pytest.mark.parametrize("rhyme", ["ABAB", "AABB", "    "])
def test_an_acrostic_is_spelled_in_rhyme_or_not(rhyme: str) -> None:
    forms = [LineForm(4, rhyme=r.strip() or None, letter=letter) for r, letter in zip(rhyme, "MOLE", strict=True)]
    found = poem(Order(forms), candidates=64)
    assert found.failed == []
    assert "".join(line[0] for line in found.lines) == "MOLE"
    assert [syllables(TOY, line) for line in found.lines] == [4] * 4


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize("letter", ["", "M"])
@pytest.mark.parametrize("backward", [True, False])
def test_a_keyword_stands_in_its_line(line: int, letter: str, backward: bool) -> None:
    rhyme = "ABAB" if backward else "    "
    forms = [LineForm(5, rhyme=r.strip() or None, letter=letter if i == line else "") for i, r in enumerate(rhyme)]
    found = compose(
        studio(64, backward=backward), knowledge(), Order(forms, keyword="late", keyword_line=line), rngs(1)
    )
    assert found.failed == []
    assert "late" in words(found.lines[line])
    assert found.lines[line].startswith(letter)
    assert [syllables(TOY, each) for each in found.lines] == [5] * 4


def test_what_is_given_stays_and_the_rest_rhymes_with_it() -> None:
    found = poem(Order(QUATRAIN, given=["a bat", "some other see"], start="Mo"))
    assert found.lines[:2] == ["a bat", "some other see"]
    assert found.lines[2].startswith("Mo")
    assert last_word(found.lines[2]) in ("mat", "sat", "rat")
    assert len(found.lines) == 4


def test_stanzas_stand_apart() -> None:
    forms = [LineForm(2), LineForm(2), LineForm(2, apart=True)]
    assert [bool(line) for line in poem(Order(forms)).text.split("\n")] == [True, True, False, True]


def test_a_line_that_cannot_be_is_named_and_the_poem_goes_on() -> None:
    # Nothing that ends in one of the book's words fits: they all end on a weak place.
    impossible = LineForm(2, meter=Meter.ANAPESTIC)
    found = compose(studio(), knowledge(), Order([LineForm(2), impossible, LineForm(2)]), rngs(0))
    assert len(found.lines) == 3
    assert set(found.failed) <= {1}


def test_a_poem_that_no_word_can_be_written_for_ends() -> None:
    found = compose(studio(), knowledge(lambda _: False), Order([LineForm(2)] * 2), rngs(0))
    assert (found.lines, found.failed) == ([], [0])
    assert found.tries >= 20


def test_a_line_without_partners_is_taken_back() -> None:
    forms = [LineForm(3, rhyme="A"), LineForm(3, rhyme="A")]
    found = poem(Order(forms))
    assert found.failed == []
    assert last_word(found.lines[0]) != last_word(found.lines[1])


def test_copies_are_kept_out() -> None:
    seen: list[str] = []

    def is_copy(text: str) -> bool:
        seen.append(text)
        return text.endswith("e")

    found = compose(studio(), replace(knowledge(), is_copy=is_copy), Order([LineForm(2)] * 3), rngs(0))
    assert not any(line.endswith("e") for line in found.lines)
    assert found.lines[-1].endswith(".")
    assert any("\n" in text for text in seen)  # with the end of what stands above


@given(st.text(alphabet='"()“”ab '))
def test_lines_that_open_something_and_do_not_close_it_are_seen(line: str) -> None:
    even = line.count('"') % 2 == 0
    assert balanced(line) == (even and line.count("(") == line.count(")") and line.count("“") == line.count("”"))


def test_rules_are_those_of_the_form() -> None:
    assert rules(syllables=2).accept("Mat, bat.")
    assert not rules(syllables=3).accept("Mat, bat.")
    assert not rules(syllables=2).accept("...")
    assert not rules(lambda word: word != "bat").accept("Mat, bat.")
    assert rules(letter="M").accept('"mat')
    assert not rules(letter="B").accept("mat")
    assert not rules(meter=Meter.IAMBIC, syllables=4).accept("mola mola") or fits(TOY, "mola mola", Meter.IAMBIC)


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("But but her eyes", "en", True),
        ("The long long night", "en", True),
        ("The long, long night", "en", False),
        ("Than I. Thus And he", "en", True),
        ("And through Not yet, her mother", "en", True),
        ("The sea. The sea, and I", "en", False),
        ("The streets of London", "en", False),
        ("O thou That art", "en", True),
        (", with the nightingales!", "en", True),
        ("—with the nightingales!", "en", True),
    ],
)
def test_lines_that_stumble_are_seen(line: str, language: str, expected: bool) -> None:
    assert stumbles(line, language) == expected


@pytest.mark.parametrize("seed", range(3))
def test_lines_of_different_letters_do_not_rhyme(seed: int) -> None:
    found = poem(Order([LineForm(3, rhyme=rhyme) for rhyme in "ABAB"]), seed)
    parts = [TOY.pronunciations(last_word(line))[0].rhyme for line in found.lines]
    assert parts[0] == parts[2] != parts[1] == parts[3]


def test_two_lines_in_a_row_begin_with_different_words() -> None:
    found = poem(Order([LineForm(2)] * 6), 2)
    begins = [words(line)[0] for line in found.lines]
    assert all(a != b for a, b in pairwise(begins))


def test_the_first_line_of_a_poem_is_seldom_the_likeliest_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["likeliest", *map(str, range(20))]
    means = np.array([-1.0, *(-1.2 - 0.01 * rank for rank in range(20))])
    monkeypatch.setattr(judging, "ranked", lambda *_: means)
    place = Place(Context([], 0), None, last=False)

    def share(*, opening: bool) -> float:
        drawn = [
            one_of_the_best(studio(), place, lines, np.random.default_rng(seed), opening=opening) for seed in range(200)
        ]
        return drawn.count("likeliest") / len(drawn)

    assert share(opening=True) < 0.3 < 0.9 < share(opening=False)
