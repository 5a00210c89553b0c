"""Lanes: whatever is drawn, a line that ends has the syllables it should, and what it must begin with."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import VOCABULARY, rules

from poemgen.composing.lanes import Growing, Head, Leftward, Rightward, belongs_to_word, in_the_middle
from poemgen.text.tokenizer import EOS, UNK

DRAWN = st.lists(st.integers(0, len(VOCABULARY) - 1), min_size=60, max_size=120)


def written(lane: Growing, drawn: list[int]) -> list[int]:
    """What the lane writes of these draws, what is forced first."""
    result: list[int] = []
    for step, id in enumerate(drawn):
        given_id = lane.take(lane.forced[step] if step < len(lane.forced) else id)
        if given_id is None:
            break
        result.append(given_id)
    return result


def ids(text: str) -> list[int]:
    found: list[int] = VOCABULARY.encode(text).tolist()
    return found


@pytest.mark.parametrize("kind", [Rightward, Leftward])
@given(drawn=DRAWN, target=st.integers(1, 6))
def test_a_line_has_its_syllables_and_what_is_written_is_its_text(
    kind: type[Any], drawn: list[int], target: int
) -> None:
    lane = kind(rules(syllables=target), VOCABULARY, target)
    text = VOCABULARY.decode(written(lane, drawn))
    assert not {"\n", "<EOS>", "<UNK>"} & set(text)
    for line in lane.lines:
        assert lane.rules.syllables(line) == target
        assert line.strip(" ") == line or kind is Rightward
        assert line.startswith(text) if kind is Rightward else line == text[::-1]
    assert not (lane.lost and lane.lines)


@given(drawn=DRAWN)
def test_without_a_target_a_line_ends_where_a_newline_is_drawn(drawn: list[int]) -> None:
    lane = Rightward(rules(), VOCABULARY, None)
    written(lane, drawn)
    ends = [index for index, id in enumerate(drawn) if id in (EOS, *ids("\n"))]
    if lane.lines and UNK not in drawn[: ends[0]]:
        assert lane.lines == [VOCABULARY.decode(drawn[: ends[0]])]


def test_what_is_forced_comes_first_and_its_last_word_is_whole() -> None:
    for whole_words, expected in ((True, "Mole ate"), (False, "Moleate")):
        lane = Rightward(rules(syllables=4), VOCABULARY, 4, ids("Mole"), whole_words=whole_words)
        written(lane, [0, 0, 0, 0, *ids("aate" if whole_words else "ate"), *ids(" ")])
        assert lane.written().startswith(expected)


def test_an_unknown_word_or_too_many_syllables_lose_the_line() -> None:
    for lane, text in (
        (Rightward(rules(lambda word: word != "sole", syllables=9), VOCABULARY, 9), "Mole sole "),
        (Rightward(rules(syllables=3), VOCABULARY, 3), "Mole sole "),
        (Leftward(rules(syllables=1), VOCABULARY, 1), "elom "),
        (Rightward(rules(syllables=9), VOCABULARY, 9), "s" * 30),
        (Rightward(rules(syllables=9), VOCABULARY, 9), " "),
        (Rightward(rules(), VOCABULARY, None), "Mole\n"),
    ):
        written(lane, ids(text))
        assert lane.lost
        assert lane.lines == []


def test_a_mark_that_closes_the_line_stays_and_a_space_goes() -> None:
    for text, expected in (("Mat.", "Mat."), ("Mat ", "Mat"), ("Mat\n", "Mat")):
        lane = Rightward(rules(syllables=1), VOCABULARY, 1)
        written(lane, ids(text))
        assert lane.lines == [expected]


def test_a_natural_line_is_not_cut() -> None:
    for kind, text, lines in (
        (Rightward, "Mat ", []),
        (Rightward, "Mat,", ["Mat,"]),
        (Rightward, "Mat\n", ["Mat"]),
        (Leftward, "taM ", []),
        (Leftward, "taM\n", ["Mat"]),
    ):
        lane = kind(rules(syllables=1), VOCABULARY, 1, natural=True)
        written(lane, ids(text))
        assert (lane.lines, lane.lost) == (lines, not lines)


def test_a_short_line_goes_on_where_a_newline_was_drawn() -> None:
    lane = Rightward(rules(syllables=2), VOCABULARY, 2)
    assert written(lane, ids("Mat\nsat.")) == ids("Mat sat")
    assert lane.lines == ["Mat sat."]


def test_heads_stand_before_what_is_written_wherever_their_syllables_fit() -> None:
    heads = [Head("Sola", 2), Head("Mat", 1), Head("Else", 2)]
    lane = Leftward(rules(syllables=3), VOCABULARY, 3, ids(",tab"), heads=heads)
    written(lane, [0, 0, 0, 0, *ids(" ras ")])
    assert lane.lines == ["Sola bat,", "Else bat,", "Mat sar bat,"]


def test_heads_without_a_target_stand_where_the_line_would_begin() -> None:
    lane = Leftward(rules(), VOCABULARY, None, heads=[Head("Else", 2)])
    written(lane, ids("tab alO\n"))
    assert lane.lines == ["Else ola bat"]


def test_a_beginning_ends_after_its_words() -> None:
    lane = Rightward(rules(syllables=9), VOCABULARY, 9, ids("L"), whole_words=False, words_wanted=2)
    written(lane, [0, *ids("ab sat ")])
    assert lane.lines == ["Lab sat"]


def test_a_copy_goes_on_alone() -> None:
    lane = Rightward(rules(syllables=9), VOCABULARY, 9)
    written(lane, ids("Ma"))
    other = lane.copy()
    written(other, ids("t sat"))
    assert (lane.written(), other.written()) == ("Ma", "Mat sat")
    assert (lane.count, other.count, lane.word, other.word) == (0, 1, ["M", "a"], ["s", "a", "t"])


def test_letters_marks_and_apostrophes_make_words() -> None:
    assert [belongs_to_word(character) for character in "aé'’\u0301月-1 ,"] == [True] * 6 + [False] * 4
    assert [in_the_middle(text) for text in ("The sea", "I am", "I'll go", "", "It")] == [
        "the sea",
        "I am",
        "I'll go",
        "",
        "it",
    ]
