"""Phones: the code of a pronunciation, and what verse asks of it."""

import pytest

from poemgen.verse.phones import CODES, encode, pronunciation
from poemgen.verse.sounds import Pronunciation


@pytest.mark.parametrize(
    ("phones", "asked"),
    [
        ("M UW1 N", Pronunciation("1", "un", "m")),
        ("M UW1 N L AY2 T", Pronunciation("12", "Yt", "l")),
        ("AH0 B AH1 V", Pronunciation("01", "Vv", "b")),
        ("M EH1 M ER0 IY0", Pronunciation("100", "emRI", "m")),
        ("DH AH0", Pronunciation("0", "V", "D")),
        ("AH0 N D", Pronunciation("0", "Vnd", "")),
        ("S T R EH1 NG K TH", Pronunciation("1", "eNkT", "str")),
        ("HH M", Pronunciation("", "", "")),
    ],
)
def test_what_verse_asks(phones: str, asked: Pronunciation) -> None:
    assert pronunciation(encode(phones)) == asked


def test_every_phone_has_a_letter_of_its_own() -> None:
    assert len(set(CODES.values())) == len(CODES) == 39
    assert all(len(code) == 1 and code.isascii() and code.isalpha() for code in CODES.values())
