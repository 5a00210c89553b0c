"""Cleaning: what goes, what stays, and that it is counted."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text.cleaning import FORBIDDEN, clean, describe_dropped

RISKY = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("e\u0301\r\n\x00\x85\u202e\u200d\u1100\u1161\ud800"))
)


@given(RISKY)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text).text
    assert clean(once) == (once, {})


@given(RISKY)
def test_clean_text_is_composed_and_holds_nothing_forbidden(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert not any(
        unicodedata.category(character) in ("Cc", "Cs")
        for character in cleaned.text.replace("\n", "").replace("\t", "")
    )
    assert sum(cleaned.dropped.values()) == len(FORBIDDEN.findall(text.replace("\r", "")))


def test_forbidden_are_the_controls_but_newline_and_tab_and_the_marks_of_direction_and_surrogates() -> None:
    controls = {chr(point) for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) in ("Cc", "Cs")}
    directions = set(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
    assert {chr(point) for point in range(sys.maxunicode + 1) if FORBIDDEN.match(chr(point))} == (
        controls - {"\n", "\t"} | directions
    )


def test_newlines_are_folded() -> None:
    assert clean("a\r\nb\rc\n\nd\r\r\n").text == "a\nb\nc\n\nd\n\n"


def test_dropped_characters_are_counted() -> None:
    assert clean("mo\x85on\x00\x85\u202e") == ("moon", {"\x85": 2, "\x00": 1, "\u202e": 1})


def test_a_dropped_character_does_not_keep_a_letter_from_its_accent() -> None:
    assert clean("e\x00\u0301").text == "é"


@pytest.mark.parametrize("text", ["👩\u200d🚀", "1\ufe0f\u20e3", "می\u200cخواهم", "தமிழ்", "\u2028\u00a0\ufeff", "שָׁ"])
def test_what_words_and_emoji_are_made_of_stays(text: str) -> None:
    assert clean(text) == (unicodedata.normalize("NFC", text), {})


def test_a_description_names_the_commonest_first() -> None:
    assert describe_dropped({"\x00": 1, "\x85": 3}) == "4 control characters (U+0085 3 times, U+0000 once)"
    assert describe_dropped({"\u202e": 1}) == "1 control character (U+202E once)"
    assert describe_dropped(dict.fromkeys("\x00\x01\x02\x03", 2)).endswith("U+0002 twice, ...)")
