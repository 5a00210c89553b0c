"""Languages by their spelling: syllables, stress, and which words come to sound alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse.by_spelling import BySpelling
from poemgen.verse.rhyme import rhymes


def usual_stresses(language: str, word: str) -> str:
    return BySpelling(language).pronunciations(word)[0].stresses


@pytest.mark.parametrize(
    ("language", "word", "stresses"),
    [
        ("it", "luna", "10"),
        ("it", "città", "01"),
        ("it", "cielo", "10"),
        ("it", "paura", "10"),
        ("it", "mio", "10"),
        ("it", "più", "1"),
        ("it", "amor", "01"),
        ("it", "bellissimo", "0100"),
        ("es", "corazón", "001"),
        ("es", "poesía", "0010"),
        ("es", "agua", "10"),
        ("es", "cantan", "10"),
        ("es", "ciudad", "01"),
        ("es", "país", "01"),
        ("es", "rey", "1"),
        ("fr", "rose", "1"),
        ("fr", "portes", "1"),
        ("fr", "chantent", "1"),
        ("fr", "souvent", "01"),
        ("fr", "lumière", "01"),
        ("fr", "château", "01"),
        ("de", "garten", "10"),
        ("de", "bäume", "10"),
        ("de", "geliebt", "01"),
        ("de", "hoffnung", "10"),
        ("de", "verloren", "010"),
        ("ru", "снег", "1"),
        ("ru", "зелёный", "010"),
        ("xx", "lunor", "01"),
        ("xx", "月", "1"),
    ],
)
def test_syllables_and_their_stress(language: str, word: str, stresses: str) -> None:
    assert usual_stresses(language, word) == stresses


@pytest.mark.parametrize(
    ("language", "a", "b"),
    [
        ("it", "cuore", "amore"),
        ("it", "figlio", "giglio"),
        ("it", "acqua", "nacqua"),
        ("es", "vida", "herida"),
        ("es", "cabe", "llave"),
        ("es", "huella", "leya"),
        ("fr", "chanter", "beauté"),
        ("fr", "nez", "été"),
        ("fr", "eau", "haut"),
        ("fr", "forêt", "jamais"),
        ("fr", "roses", "chose"),
        ("fr", "temps", "vent"),
        ("fr", "cieux", "feu"),
        ("de", "hand", "bekannt"),
        ("de", "bäume", "träume"),
        ("de", "jahr", "war"),
        ("de", "hände", "ende"),
        ("de", "gehn", "verstehn"),
        ("de", "gelungen", "gesungen"),
        ("de", "wunderlich", "dich"),
        ("ru", "снег", "век"),
        ("ru", "любовь", "кровь"),
        ("ru", "моя", "твоя"),
        ("xx", "brelo", "melo"),
    ],
)
def test_words_that_rhyme(language: str, a: str, b: str) -> None:
    assert rhymes(BySpelling(language), a, b)


@pytest.mark.parametrize(
    ("language", "a", "b"),
    [
        ("it", "amore", "amare"),
        ("it", "città", "vita"),
        ("es", "amor", "amores"),
        ("es", "canto", "cantó"),
        ("fr", "rose", "rosée"),
        ("fr", "nuit", "nu"),
        ("de", "müde", "friede"),
        ("de", "leiden", "leiten"),
        ("ru", "кров", "кровь"),
        ("ru", "тебя", "меня"),
    ],
)
def test_words_that_do_not(language: str, a: str, b: str) -> None:
    assert not rhymes(BySpelling(language), a, b)


@given(st.sampled_from(["it", "es", "fr", "de", "ru", "xx"]), st.text("abcdeghiklmnoqrstuyàéüßбоёь'", min_size=1))
def test_every_word_sounds_somehow_and_has_one_main_stress(language: str, word: str) -> None:
    ways = BySpelling(language).pronunciations(word)
    assert ways
    assert all(way.stresses.count("1") == 1 and set(way.stresses) <= {"0", "1"} for way in ways)
