"""Poems of people told by their form: what is chosen, what is not, and what the choice does not look at."""

from functools import partial

from poemgen.evaluation.told_forms import (
    blank_verse,
    couplets,
    end_words,
    quatrains,
    sonnets,
    stanzas_of,
)
from poemgen.verse.language import sounds_for
from poemgen.verse.rhyme import rhymes
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling

ENGLISH = sounds_for("en")
LINE = "the boat came in before the end of "  # nine syllables
RHYMES = ["delight", "again", "tonight", "refrain"]
RHYMED = [LINE + word for word in RHYMES]
UNRHYMED = [LINE + word for word in ("day", "war", "weeks", "trees", "sun", "rope", "fog")]


def test_couplets_are_told_by_half_of_their_rhymes() -> None:
    half = "\n".join(["a light", "a night", "a stone", "a bone", "the sea", "a hat", "a cup", "a door"])
    [found] = couplets([half, half.replace("bone", "cat"), "a light\na night"])
    assert found.scheme == "AABBCCDD"
    assert end_words(found.lines, found.scheme)[:2] == [("light", "night"), ("stone", "bone")]


def test_quatrains_are_told_stanza_by_stanza() -> None:
    poem = "\n".join(RHYMED) + "\n\n" + "\n".join(RHYMED[2:] + RHYMED[:2])
    assert [each.lines for each in quatrains([poem], "ABAB")] == [RHYMED, RHYMED[2:] + RHYMED[:2]]
    assert [*quatrains([poem], "AABB"), *quatrains([poem + "\n\nmore"], "ABAB")] == []


def test_forms_are_told_by_the_ear_that_is_named() -> None:
    eyes = "\n".join(["we move", "we love", "a rough", "a cough"] * 2)
    assert list(couplets([eyes], ear=rhymes_by_spelling)) != []
    assert list(couplets([eyes], ear=partial(rhymes, ENGLISH))) == []
    ears = "\n\n".join(["\n".join(["a light", "the sea", "a bite", "for me"])] * 2)
    assert [each.scheme for each in quatrains([ears], "ABAB", partial(rhymes, ENGLISH))] == ["ABAB"] * 2
    assert list(quatrains([ears.replace("light", "height")], "ABAB", rhymes_by_spelling)) == []


def test_sonnets_have_fourteen_lines_of_mostly_ten_syllables() -> None:
    ends = [*RHYMES, "stone", "sea", "bone", "free", "cold", "door", "told", "more", "clay", "day"]
    lines = ["the boat came in before the end, " + ("the " if len(end) < 6 else "") + end for end in ends]
    [found] = sonnets(["\n".join(lines), "\n".join(lines[1:]), "\n".join(["short " + end for end in ends])], ENGLISH)
    assert found.scheme == "ABABCDCDEFEFGG"
    assert list(sonnets(["\n".join(lines)], ENGLISH, lambda a, b: False)) == []


def test_blank_verse_does_not_rhyme() -> None:
    plain = UNRHYMED + [line.replace("before", "after") for line in UNRHYMED]
    assert [*blank_verse(["\n".join(plain), "\n".join(plain[:13]), "\n".join(RHYMED * 4)], ENGLISH)] == [plain]


def test_stanzas_lie_between_blank_lines() -> None:
    assert stanzas_of("\n\none\ntwo\n \n\nthree\n") == [["one", "two"], ["three"]]
