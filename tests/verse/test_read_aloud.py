"""Reading a poem aloud: all that is heard of it, together."""

from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse.language import sounds_for
from poemgen.verse.meter import Meter
from poemgen.verse.reading import meter_name, read_aloud

ENGLISH = sounds_for("en")

QUATRAIN = """
The harbour sleeps beneath a paper moon,
And all the boats lie quiet in the bay;
The gulls will wake the fishermen too soon,
And soon the tide will carry them away.
"""
BALLAD = """The miller's daughter came to town
  To buy a silken gown,
And all the bells began to ring
  And all the rain came down.

She met a sailor on the bridge
  Who gave her half a crown,
And when she turned to look at him
  The lamps were burning brown."""


def test_a_quatrain() -> None:
    reading = read_aloud(ENGLISH, QUATRAIN)
    assert (reading.scheme, reading.form, reading.meter) == ("ABAB", "quatrains", "iambic pentameter")
    assert [line.syllables for line in reading.lines] == [10] * 4
    first = reading.lines[0]
    assert (first.text, first.stresses, first.rhyme) == (QUATRAIN.split("\n")[1], "x/x/x/x/x/", "A")
    assert first.meter == "iambic pentameter"


def test_a_ballad_has_lines_of_two_lengths_and_a_blank_one() -> None:
    reading = read_aloud(ENGLISH, BALLAD)
    assert (reading.form, reading.meter) == ("ballad", "iambic")
    assert [line.syllables for line in reading.lines] == [8, 6, 8, 6, 0, 8, 6, 8, 6]
    assert [line.meter.split()[-1:] for line in reading.lines[:2]] == [["tetrameter"], ["trimeter"]]
    assert reading.lines[4].stresses == reading.lines[4].rhyme == ""


def test_prose_has_no_meter_and_no_form() -> None:
    prose = "Water boils at a lower temperature on mountains.\nRemember to carry enough sugar for everybody."
    reading = read_aloud(ENGLISH, prose)
    assert (reading.scheme, reading.form, reading.meter) == ("xx", "", "")
    assert all(len(line.stresses) == line.syllables > 8 and line.meter == "" for line in reading.lines)


def test_nothing_is_heard_of_nothing() -> None:
    for poem in ("", "\n \n", "* * *"):
        reading = read_aloud(ENGLISH, poem)
        assert (reading.scheme, reading.form, reading.meter) == ("", "", "")
        assert all(line.syllables == 0 for line in reading.lines)


@given(st.text("the mo'onéж-\n/7", max_size=60))
def test_whatever_the_text_each_line_has_a_mark_a_syllable(poem: str) -> None:
    reading = read_aloud(ENGLISH, poem)
    assert all(len(line.stresses) == line.syllables for line in reading.lines)
    assert sum(bool(line.rhyme) for line in reading.lines) == len(reading.scheme.replace(" ", ""))
    assert "\n".join(line.text for line in reading.lines) in poem


def test_names_of_meters() -> None:
    assert meter_name(Meter.IAMBIC, 5) == "iambic pentameter"
    assert meter_name(Meter.ANAPESTIC, 3) == "anapestic trimeter"
    assert meter_name(Meter.TROCHAIC, 12) == "trochaic"


def test_words_are_said_as_usual_where_the_meter_bears_it() -> None:
    poem = "The narrow lane of our town goes\nAlong the river side,\nAnd every lamp the dark bay knows\nIs lit again."
    assert [line.syllables for line in read_aloud(ENGLISH, poem).lines] == [8, 6, 8, 4]


def test_lines_of_one_length_are_not_bent_into_several_by_a_meter() -> None:
    lines = [
        "Now in the quickening day",
        "She is in conquering play,",
        "The banner still is sleeping,",
        "And roses too are weeping.",
    ]
    assert [line.syllables for line in read_aloud(ENGLISH, "\n".join(lines)).lines] == [7] * 4
    assert read_aloud(ENGLISH, lines[0]).lines[0].syllables == 6  # alone it may be said as the meter wants it
    others = [*lines[1:], "And roses weep."]  # of several lengths anyway
    assert [line.syllables for line in read_aloud(ENGLISH, "\n".join(others)).lines] == [6, 7, 7, 4]
