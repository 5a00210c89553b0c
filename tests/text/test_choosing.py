"""Choosing a rule: one invented sample for each sign, and the signs that stand above it."""

import pytest

from poemgen.text.choosing import MANY_BLOCKS, choose_split, gap_widths
from poemgen.text.splitting import Split

STANZA = "the moon comes up\nthe tide goes down\n"
LONG_LINE = "the moon comes up, the tide goes down, " * 3 + "\n"


@pytest.mark.parametrize(
    ("sample", "rule"),
    [
        (f"{STANZA}%\n{STANZA}\n\n\n{STANZA}\n\n\n{STANZA}", Split.PERCENT),
        (f"{STANZA}\n\n{STANZA}\n{STANZA}\n\n\n{STANZA}", Split.BLANK_LINES),
        ("\n".join([STANZA] * MANY_BLOCKS), Split.BLANK_LINE),
        ("\n".join([STANZA] * 200) + f"\n\n{STANZA}\n\n{STANZA}", Split.BLANK_LINE),
        ("\n".join([STANZA] * (MANY_BLOCKS - 1)), Split.NONE),
        (f"{STANZA}\n\n{STANZA}\n{STANZA}", Split.BLANK_LINES),
        (LONG_LINE * 3, Split.LINE),
        (LONG_LINE, Split.NONE),
        (f"{LONG_LINE}\n{LONG_LINE}", Split.NONE),
        (STANZA * 20, Split.NONE),
        ("", Split.NONE),
    ],
)
def test_one_document(sample: str, rule: Split) -> None:
    assert choose_split(sample, several=False) is rule


@pytest.mark.parametrize(
    ("sample", "rule"),
    [
        (f"{STANZA}%\n{STANZA}", Split.PERCENT),
        (f"{STANZA}\n\n{STANZA}\n\n{STANZA}", Split.BLANK_LINES),
        (f"{STANZA}\n\n{STANZA}", Split.FILE),
        ("\n".join([STANZA] * MANY_BLOCKS), Split.FILE),
        (LONG_LINE * 3, Split.FILE),
    ],
)
def test_one_document_of_several(sample: str, rule: Split) -> None:
    assert choose_split(sample, several=True) is rule


def test_gaps_lie_between_blocks() -> None:
    assert gap_widths(["", "a", "b", "", "c", " ", "\t", "d", "", ""]) == [1, 2]
