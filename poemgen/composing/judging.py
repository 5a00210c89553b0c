"""Which candidates may stand where they are to stand, and which of those is taken."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from poemgen.composing.lanes import CLOSING
from poemgen.composing.lines import FINAL
from poemgen.composing.order import Order, holds
from poemgen.composing.rhyme_book import RhymeBook
from poemgen.composing.studio import Place, Studio, ranked
from poemgen.verse.forms import LineForm
from poemgen.verse.licence import Ending, ending, rhyme_loosely, rhyme_strictly
from poemgen.verse.scheme import FAR
from poemgen.verse.small_words import faint, plain
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import last_word, words

BEST, BEST_OPENINGS = 8, 12  # candidates among which one is drawn, and for a poem's first line
# Nats a character: how much better a candidate must be to be e times as likely. The likeliest openings are formulas,
# and a poem that could begin with anything would always begin with one.
EAGERNESS, OPENING_EAGERNESS = 0.04, 0.25
PARTNERS_A_LINE = 3  # words that must rhyme with a line's last word for each line that is to rhyme with it
OVERLAP = 29  # characters of the text above that are looked at with a line for copies
FULL_STOP = "."
QUOTES = "\"'”’»)]"  # what may stand after the mark that closes a line
_TWICE = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
_CAPITAL_INSIDE = re.compile(r"(?<=[\w,;] )[A-Z]\w*")  # after a word or a comma
PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))


@dataclass(frozen=True)
class Knowledge:
    """What is known of words: how they sound, which there are, which lines end with; and what must not be copied."""

    sounds: Sounds
    is_word: Callable[[str], bool]
    book: RhymeBook
    is_copy: Callable[[str], bool] | None = None


@dataclass
class Composed:
    """A poem: its lines, the rounds of candidates that it took, and the lines (from 0) whose form was given up."""

    forms: Sequence[LineForm]
    lines: list[str] = field(default_factory=list)
    tries: int = 0
    failed: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The poem, a blank line between stanzas."""
        return joined(self.lines, self.forms)


def joined(lines: Sequence[str], forms: Sequence[LineForm]) -> str:
    """The lines as a text, a blank line between stanzas."""
    return "\n".join(f"\n{line}" if form.apart else line for line, form in zip(lines, forms, strict=False))


def suits(knowledge: Knowledge, order: Order, written: Sequence[str], line: str) -> bool:
    """Whether a line can stand after those that are written: it is new, its end goes with the rhymes, it is no copy."""
    form = order.forms[len(written)]
    if line in written or not balanced(line) or stumbles(line, knowledge.sounds.language):
        return False
    free = not form.letter and not (order.start and len(written) == len(order.given))
    if written and free and words(line)[:1] == words(written[-1])[:1]:
        return False  # two lines in a row that begin alike
    if form.syllables is not None and last_word(line) in faint(knowledge.sounds.language):
        return False  # it was stopped where it was full
    if len(written) == order.keyword_line and not holds(line, order.keyword):
        return False
    return _end_suits(knowledge, order, written, line) and not _copies(knowledge, order, written, line)


def _end_suits(knowledge: Knowledge, order: Order, written: Sequence[str], line: str) -> bool:
    """Whether the line rhymes with none that it is not to rhyme with, and enough words do with it for those to come."""
    form, end = order.forms[len(written)], last_word(line)
    if all(other.rhyme is None for other in order.forms):
        return True
    near = zip(written[-FAR:], order.forms[: len(written)][-FAR:], strict=True)
    apart = [last_word(text) for text, other in near if form.rhyme is None or other.rhyme != form.rhyme]
    heard = ending(knowledge.sounds, end)
    if any(rhyme_strictly(heard, each) or rhyme_loosely(heard, each) for each in _endings(knowledge, apart)):
        return False
    if form.rhyme is None:
        return True
    used = {last_word(other) for other in written}
    later = later_lines(order, form, len(written))
    if end in used or (later and end not in knowledge.book):
        return False
    return not later or len(set(knowledge.book.partners([end])) - used) >= PARTNERS_A_LINE * later


def _endings(knowledge: Knowledge, ends: Sequence[str]) -> list[Ending]:
    return [ending(knowledge.sounds, end) for end in ends]


def _copies(knowledge: Knowledge, order: Order, written: Sequence[str], line: str) -> bool:
    """Whether a passage of the corpus ends in the line."""
    if knowledge.is_copy is None:
        return False
    text = joined([*written, line], order.forms)
    return knowledge.is_copy(text[-(OVERLAP + len(line)) :])


def later_lines(order: Order, form: LineForm, index: int) -> int:
    """How many lines after this one are to rhyme with it."""
    return sum(other.rhyme == form.rhyme for other in order.forms[index + 1 :]) if form.rhyme else 0


def closed(studio: Studio, place: Place, lines: Sequence[str]) -> Sequence[str]:
    """The lines, a poem's last one with a mark that closes it."""
    if not place.last or studio.vocabulary.unknown(FULL_STOP):
        return lines
    return [
        line if line.rstrip(QUOTES)[-1:] in FINAL else line.rstrip(CLOSING + " ") + FULL_STOP for line in lines if line
    ]


def balanced(line: str) -> bool:
    """Whether what opens in the line closes in it: quotation marks and brackets."""
    return not line.count('"') % 2 and all(line.count(a) == line.count(b) for a, b in PAIRS)


def stumbles(line: str, language: str) -> bool:
    """Whether a line begins with a mark that closes one, says a word twice in a row, or begins a small word with a
    capital where no sentence begins.

    >>> stumbles("But but her eyes", "en"), stumbles("Than I. Thus And he", "en"), stumbles("The sea. The sea", "en")
    (True, True, False)
    """
    small = faint(language) | plain(language)
    inside = (match[0].lower() for match in _CAPITAL_INSIDE.finditer(line))
    return line[:1] in CLOSING or bool(_TWICE.search(line)) or any(word in small and len(word) > 1 for word in inside)


def one_of_the_best(
    studio: Studio, place: Place, lines: Sequence[str], rng: np.random.Generator, *, opening: bool = False
) -> str:
    """One of the lines that the forward network ranks highest, the better the likelier; `opening` if a poem begins with
    it, and nothing is given of it."""
    means = ranked(studio, place, lines)
    best = np.argsort(-means, kind="stable")[: BEST_OPENINGS if opening else BEST]
    weights = np.exp((means[best] - means[best[0]]) / (OPENING_EAGERNESS if opening else EAGERNESS))
    return lines[int(rng.choice(best, p=weights / weights.sum()))]
