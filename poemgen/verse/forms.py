"""Forms of verse: how many lines, how long, in which meter, and which of them rhyme.

A form comes from a name or from single wishes, or from a name of which single wishes replace a part. What cannot be, or
contradicts itself, is a `UsageError`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from poemgen.errors import UsageError
from poemgen.verse.meter import Meter

UNRHYMED = "X"  # in a scheme; a letter that comes once rhymes with nothing either
MOST_LINES = 400
MOST_SYLLABLES = 30
FREE_LINES = 8  # of a poem of which nothing is asked that says how long it is


class FormName(StrEnum):
    """The forms that have a name."""

    COUPLETS = "couplets"
    BALLAD = "ballad"
    QUATRAIN = "quatrain"
    SONNET = "sonnet"
    LIMERICK = "limerick"
    HAIKU = "haiku"
    TANKA = "tanka"


@dataclass(frozen=True)
class Stanza:
    """A form's stanza: its rhyme scheme, the syllables of its lines (cyclic; empty: any), its meter, and how many
    stanzas there are; `fixed` if there can be no more and no fewer."""

    scheme: str
    syllables: tuple[int, ...]
    meter: Meter | None
    times: int = 1
    fixed: bool = True
    apart: bool = True  # a blank line between stanzas


STANZAS = {
    FormName.COUPLETS: Stanza("AA", (10,), Meter.IAMBIC, times=4, fixed=False, apart=False),
    FormName.BALLAD: Stanza("ABCB", (8, 6), Meter.IAMBIC, times=4, fixed=False),
    FormName.QUATRAIN: Stanza("ABAB", (8,), Meter.IAMBIC, fixed=False),
    FormName.SONNET: Stanza("ABABCDCDEFEFGG", (10,), Meter.IAMBIC),
    FormName.LIMERICK: Stanza("AABBA", (8, 8, 5, 5, 8), Meter.ANAPESTIC),
    FormName.HAIKU: Stanza("XXX", (5, 7, 5), None),
    FormName.TANKA: Stanza("XXXXX", (5, 7, 5, 7, 7), None),
}


@dataclass(frozen=True)
class Wishes:
    """What somebody asks of a form; None where nothing is asked."""

    form: FormName | None = None
    rhyme: str | None = None
    syllables: str | None = None
    meter: Meter | None = None
    lines: int | None = None
    acrostic: str | None = None


@dataclass(frozen=True)
class LineForm:
    """What one line must be: its syllables and meter (None: any), and the letter it begins with (empty: any).

    Lines of equal `rhyme` rhyme; None rhymes with nothing. `apart` if a blank line stands before it.
    """

    syllables: int | None = None
    meter: Meter | None = None
    rhyme: str | None = None
    letter: str = ""
    apart: bool = False


def line_forms(wishes: Wishes) -> list[LineForm]:
    """What every line of the poem must be. Raises UsageError for what cannot be."""
    letters = acrostic_letters(wishes.acrostic)
    stanza = _stanza(wishes)
    lines = _line_count(wishes, stanza, len(letters))
    scheme = _scheme(wishes, stanza, lines)
    syllables = parse_syllables(wishes.syllables) or stanza.syllables
    meter = wishes.meter or (stanza.meter if wishes.syllables is None or wishes.form else None)
    if wishes.meter and not syllables:
        syllables = (10,) if wishes.meter is not Meter.ANAPESTIC else (9,)
    if syllables and lines % len(syllables):
        raise UsageError(
            f"{len(syllables)} counts of syllables do not go into {lines} lines; give one count, or one for every line"
        )
    forms = [
        LineForm(
            syllables=syllables[index % len(syllables)] if syllables else None,
            meter=meter,
            rhyme=rhyme,
            letter=letters[index] if letters else "",
            apart=apart,
        )
        for index, (rhyme, apart) in enumerate(scheme)
    ]
    return _without_single_rhymes(forms)


def acrostic_letters(text: str | None) -> str:
    """The letters of an acrostic, in upper case. Raises UsageError if there are none."""
    if text is None:
        return ""
    letters = "".join(character for character in text if character.isalpha())
    if not letters or len(letters) < len("".join(text.split())):
        raise UsageError(f"--acrostic {text!r} must be made of letters: every line begins with one of them")
    return letters.upper() if len(letters.upper()) == len(letters) else letters


def parse_syllables(text: str | None) -> tuple[int, ...]:
    """`8` or `5,7,5` as numbers; nothing from nothing. Raises UsageError for anything else."""
    if text is None:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part[:9]) <= MOST_SYLLABLES for part in parts):
        raise UsageError(f"--syllables {text!r} must be numbers from 1 to {MOST_SYLLABLES}, such as 8 or 5,7,5")
    return tuple(map(int, parts))


def _stanza(wishes: Wishes) -> Stanza:
    stanza = STANZAS[wishes.form] if wishes.form else Stanza("", (), None, fixed=False)
    if wishes.rhyme is None:
        return stanza
    scheme = "".join(wishes.rhyme.upper().split())
    if not scheme.isalpha():
        raise UsageError(f"--rhyme {wishes.rhyme!r} must be letters such as ABAB; equal letters rhyme, X does not")
    if wishes.form and len(scheme) % len(stanza.scheme):
        raise UsageError(
            f"--rhyme {wishes.rhyme} has {len(scheme)} lines, which do not make up a {wishes.form} "
            f"of {len(stanza.scheme)}; give as many letters, or leave out --form"
        )
    return replace(stanza, scheme=scheme, times=1)


def _line_count(wishes: Wishes, stanza: Stanza, letters: int) -> int:
    """How many lines there are: as the form, the scheme, --lines and the acrostic say, which must agree."""
    asked = {"--lines": wishes.lines, "--acrostic": letters or None}
    given = {option: count for option, count in asked.items() if count is not None}
    if len(set(given.values())) > 1:
        raise UsageError(f"--acrostic has {letters} letters and --lines says {wishes.lines}; they must agree")
    usual = len(stanza.scheme) * stanza.times or len(parse_syllables(wishes.syllables)) or 0
    for option, count in given.items():
        name = f"--form {wishes.form}" if wishes.form else f"--rhyme {wishes.rhyme}"
        if stanza.scheme and (count % len(stanza.scheme) or (stanza.fixed and count != usual)):
            wanted = f"{usual} lines" if stanza.fixed else f"a multiple of {len(stanza.scheme)} lines"
            raise UsageError(f"{name} has {wanted}, and {option} makes {count}; leave one of them out")
        return count
    if usual == 1 or usual == 0:
        return usual * FREE_LINES or FREE_LINES
    return usual


def _scheme(wishes: Wishes, stanza: Stanza, lines: int) -> list[tuple[str | None, bool]]:
    """For every line its rhyme, unlike that of all other stanzas, and whether a blank line stands before it."""
    letters = (wishes.rhyme or "").upper().split()
    if len(letters) > 1 and sum(map(len, letters)) == lines:  # stanzas as they were written
        starts = {sum(map(len, letters[:index])) for index in range(1, len(letters))}
        return [(None if letter == UNRHYMED else letter, i in starts) for i, letter in enumerate(stanza.scheme)]
    if not stanza.scheme:
        return [(None, False)] * lines
    size = len(stanza.scheme)
    return [
        (
            None if stanza.scheme[i % size] == UNRHYMED else f"{stanza.scheme[i % size]}{i // size}",
            stanza.apart and i > 0 and i % size == 0,
        )
        for i in range(lines)
    ]


def _without_single_rhymes(forms: Sequence[LineForm]) -> list[LineForm]:
    counts = Counter(form.rhyme for form in forms)
    return [replace(form, rhyme=None) if counts[form.rhyme] < 2 else form for form in forms]
