"""What is heard in free poems, on lines whose sound is plain."""

import pytest

from poemgen.evaluation.hearing import has_meter, iambic_pentameter, metrical, rhymed, steady
from poemgen.verse.language import sounds_for

ENGLISH = sounds_for("en")
RHYMED = "the boat came in before the night\nand on its mast it bore a light\nand every gull flew off again"


def test_lines_that_rhyme() -> None:
    assert rhymed(ENGLISH, RHYMED) == (2, 3)


def test_a_word_does_not_rhyme_with_itself() -> None:
    assert rhymed(ENGLISH, "a stone\na stone\na stone") == (0, 3)
    assert rhymed(ENGLISH, "a stone\na stone\na bone") == (3, 3)


def test_lines_as_long_as_those_above() -> None:
    assert steady(ENGLISH, "one two\none\n\none two\none two three") == (1, 3)


def test_lines_in_the_meter_of_their_poem() -> None:
    assert metrical(ENGLISH, RHYMED) == (3, 3)
    assert metrical(ENGLISH, "stop. stop stop\nthe the the the of\ngrey grey stone stone wall") == (0, 3)
    assert has_meter(ENGLISH) and not has_meter(sounds_for("it"))


def test_pentameter_may_end_softly() -> None:
    assert iambic_pentameter(ENGLISH, "the boat came in before the end of day")
    assert iambic_pentameter(ENGLISH, "the boat came in before the end of weather")
    assert not iambic_pentameter(ENGLISH, "the boat came in before the night")


@pytest.mark.parametrize("poem", ["", "\n\n\n", "... !\n--"])
def test_where_there_are_no_words_nothing_is_heard(poem: str) -> None:
    assert rhymed(ENGLISH, poem) == steady(ENGLISH, poem) == metrical(ENGLISH, poem) == (0, 0)
