"""Choose the rule by which a text falls into poems, from a look at its beginning."""

from itertools import pairwise
from statistics import median

from poemgen.text.lines import lines_of
from poemgen.text.splitting import PERCENT, Split, is_blank

# Fewer blocks of lines than this are more likely the stanzas of one poem than poems.
MANY_BLOCKS = 8
# Wide gaps that are rarer among all gaps are slips of whoever typed the text, not the ends of poems.
RAREST_WIDE_GAP = 1 / 50
# A line of verse is shorter; a line longer than this is a poem whose line breaks were lost.
VERSE_WIDTH = 80


def choose_split(sample: str, *, several: bool) -> Split:
    """The rule for a text that begins with `sample`, the first of `several` documents or the only one.

    Signs are tried from the surest to the weakest: lines of `%`, wide gaps in more than one place, one document
    beside others, narrow gaps between many blocks, a single wide gap, lines too long for verse. A text without
    any of them is one stream.
    """
    lines = list(lines_of([sample]))
    gaps = gap_widths(lines)
    wide_gaps = sum(gap >= 2 for gap in gaps)
    if PERCENT in lines:
        return Split.PERCENT
    if wide_gaps > 1 and wide_gaps >= RAREST_WIDE_GAP * len(gaps):
        return Split.BLANK_LINES
    if several:
        return Split.FILE
    if len(gaps) >= MANY_BLOCKS - 1:
        return Split.BLANK_LINE
    if wide_gaps:
        return Split.BLANK_LINES
    return Split.LINE if not gaps and _are_whole_poems(lines) else Split.NONE


def gap_widths(lines: list[str]) -> list[int]:
    """How many blank lines lie in each gap between two blocks of lines; those at the two ends do not count."""
    filled = [number for number, line in enumerate(lines) if not is_blank(line)]
    return [after - before - 1 for before, after in pairwise(filled) if after - before > 1]


def _are_whole_poems(lines: list[str]) -> bool:
    return len(lines) > 1 and median(map(len, lines)) > VERSE_WIDTH
