"""Duplicates: what counts as a copy, what as nearly one, and what as neither."""

import random

import numpy as np
import pytest

from poemgen.text import duplicates
from poemgen.text.duplicates import DuplicateFinder, Repeat, hash_shingles, least_values

WORDS = ["moon", "tide", "willow", "lantern", "heron", "winter", "harbour", "amber", "silence", "meadow", "thistle"]
SIGNS = "山水月風花雪雲松鳥夜春秋江舟天日星石草木人心白青長遠空明寒暖古今東西南北"


def verse(seed: int, lines: int = 14) -> str:
    rng = random.Random(seed)
    return "\n".join(" ".join(rng.choices(WORDS, k=6)) for _ in range(lines))


def sign_verse(seed: int, lines: int = 8) -> str:
    rng = random.Random(seed)
    return "".join("".join(rng.choices(SIGNS, k=7)) + "。\n" for _ in range(lines))


def answers(*poems: str) -> list[Repeat]:
    finder = DuplicateFinder()
    return [finder.see(poem) for poem in poems]


def test_case_and_white_space_make_no_difference() -> None:
    assert answers("Moon,\n sea", "moon, SEA\n", "moon; sea") == [Repeat.NONE, Repeat.EXACT, Repeat.NONE]


@pytest.mark.parametrize("seed", range(5))
def test_small_changes_make_a_near_duplicate(seed: int) -> None:
    poem = verse(seed)
    lines = poem.split("\n")
    without_a_line = "\n".join(lines[:5] + lines[6:])
    punctuated = poem.replace("\n", ",\n").upper() + "!"
    reworded = poem.replace(lines[3].split()[2], "glimmer", 1)
    assert answers(poem, without_a_line, punctuated, reworded) == [Repeat.NONE, Repeat.NEAR, Repeat.NEAR, Repeat.NEAR]


@pytest.mark.parametrize("seed", range(5))
def test_scripts_without_spaces_have_near_duplicates_too(seed: int) -> None:
    poem = sign_verse(seed)
    assert answers(poem, poem.replace("。", "，"), poem[:20] + poem[21:]) == [Repeat.NONE, Repeat.NEAR, Repeat.NEAR]


def test_other_poems_of_the_same_words_are_no_duplicates() -> None:
    poems = [verse(seed) for seed in range(100)] + [sign_verse(seed) for seed in range(100)]
    assert set(answers(*poems)) == {Repeat.NONE}


def test_haiku_that_share_a_line_are_no_duplicates() -> None:
    haiku = [f"the old temple bell\n{verse(seed, 1)}\n{verse(-seed, 1)}" for seed in range(1, 200)]
    assert set(answers(*haiku)) == {Repeat.NONE}


def test_poems_that_share_their_refrains_are_no_duplicates() -> None:
    refrain = verse(1000, 4)
    assert set(answers(*(verse(seed, 10) + "\n" + refrain for seed in range(100)))) == {Repeat.NONE}


def test_very_short_poems_have_only_exact_copies() -> None:
    assert answers("the moon is up", "the moon is up!", "🌙", "🌙🌙", "") == [Repeat.NONE] * 5
    assert answers("🌙", "🌙") == [Repeat.NONE, Repeat.EXACT]


def test_a_near_duplicate_is_not_remembered() -> None:
    lines = verse(7, 40).split("\n")
    shrinking = ["\n".join(lines[:count]) for count in range(40, 5, -1)]
    assert Repeat.NONE in answers(*shrinking)[1:]


def test_only_the_beginning_of_a_very_long_poem_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "LONGEST", 100)
    assert answers(verse(1), verse(1)[:100] + verse(2)) == [Repeat.NONE, Repeat.EXACT]


def test_equal_runs_have_equal_hashes_wherever_they_stand() -> None:
    left, right = hash_shingles(b"0123456789abcdefXYZ"), hash_shingles(b"--0123456789abcdef")
    assert left.shape == (8,)
    assert np.intersect1d(left, right).size == 5
    assert (left[:5] == right[2:]).all()
    assert hash_shingles(b"0123456789a").shape == (0,)


def test_least_values_do_not_depend_on_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    shingles, multipliers = hash_shingles(verse(3).encode()), np.array([1, 12345678901234567891], np.uint64)
    expected = (shingles[:, None] * multipliers).min(axis=0)
    for chunk in (1, 100, 10_000):
        monkeypatch.setattr(duplicates, "_CHUNK", chunk)
        assert (least_values(shingles, multipliers) == expected).all()
