"""The alphabet that grows while it is used."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text.provisional import TERMINATOR, ProvisionalAlphabet


@given(st.lists(st.text()))
def test_ids_stay_what_they_were_when_the_alphabet_grows(texts: list[str]) -> None:
    alphabet = ProvisionalAlphabet()
    encoded = [alphabet.encode(text) for text in texts]
    characters = alphabet.characters
    assert ["".join(characters[number] for number in ids) for ids in encoded] == texts
    assert len(set(characters)) == len(characters)


@given(st.lists(st.text("amno🌙\0")))
def test_every_character_is_counted(texts: list[str]) -> None:
    alphabet = ProvisionalAlphabet()
    for text in texts:
        alphabet.encode(text)
    counted = dict(zip(alphabet.characters, alphabet.counts.tolist(), strict=True))
    assert counted == {TERMINATOR: 0} | Counter("".join(texts))


def test_ids_widen_only_when_they_must() -> None:
    alphabet = ProvisionalAlphabet()
    widths = [alphabet.encode("".join(map(chr, range(1, 1 + count)))).dtype for count in (1, 255, 256, 40_000, 65_536)]
    assert widths == [np.uint8, np.uint8, np.uint16, np.uint16, np.uint32]
