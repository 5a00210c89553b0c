"""Words made of words: regular endings, prefixes and compounds are said by what they are made of."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from poemgen.verse.phones import VOWELS, encode
from poemgen.verse.table import look_up

Say = Callable[[str], tuple[str, ...]]

_ENDINGS = """
ing IH0 NG | ings IH0 NG Z | er ER0 | ers ER0 Z | or ER0 | est AH0 S T | eth IH0 TH | y IY0 | ly L IY0 | less L AH0 S
ness N AH0 S | ful F AH0 L | ish IH0 SH | ment M AH0 N T | able AH0 B AH0 L | some S AH0 M | ward W ER0 D
wards W ER0 D Z | like L AY2 K | ship SH IH2 P | hood HH UH2 D | dom D AH0 M | fold F OW2 L D | most M OW2 S T
wise W AY2 Z | en AH0 N | st S T | man M AH0 N | men M EH0 N
"""
_PREFIXES = """
un AH0 N | re R IY0 | out AW2 T | over OW2 V ER0 | o'er AO2 R | under AH2 N D ER0 | fore F AO2 R | mis M IH0 S
be B IH0 | en EH0 N | em EH0 M | dis D IH0 S | non N AA2 N | up AH2 P | a AH0 | mid M IH2 D
ever EH2 V ER0 | inter IH2 N T ER0
"""
# The short words that begin or end a compound; most others of three letters in the table are names.
_SHORT = """
air all arm ash bar bed bee big bow box boy cap cow cup day dew dog dry ear eye far fir fly fog for fox god hat hen her
his ice ink jar joy key lap leg lid lip lit low mad man men mud net new nut oak off oil old one our out owl own pan pen
pin pit pot rag red rib rim row rye sad saw sea shy sin sir sky son sun tea ten tin tip toe top two war wax way web wet
win wit
"""
_SHORT_VERBS = frozenset({"go", "do", "be"})
_MOST = 4


@lru_cache(maxsize=2)
def _parts(text: str) -> list[tuple[str, str]]:
    """Letters and the code of their sounds, the longest first."""
    items = (item.split(maxsplit=1) for item in text.replace("\n", "|").strip("|").split("|"))
    return sorted(((letters, encode(phones)) for letters, phones in items), key=lambda item: -len(item[0]))


def add_s(said: str) -> str:
    """A pronunciation with the ending of a plural.

    >>> [add_s(said) for said in ("ki1s", "he1d", "bU1k")]
    ['ki1si0z', 'he1dz', 'bU1ks']
    """
    if said[-1:] in "szSZCJ":
        return said + "i0z"
    return said + ("s" if said[-1:] in "ptkfT" else "z")


def add_d(said: str) -> str:
    """A pronunciation with the ending of a past tense."""
    if said[-1:] in "td":
        return said + "i0d"
    return said + ("t" if said[-1:] in "pkfTsSC" else "d")


def stems(rest: str) -> Iterator[str]:
    """What a word can have been before an ending that begins with a vowel, the likeliest first."""
    if re.fullmatch("[^aeiouy]*[aeiouy][^aeiouywx]|.*([cguvz]|[^s]s|th)", rest):
        yield rest + "e"
    yield rest
    if rest[-2:-1] == rest[-1:]:
        yield rest[:-1]
    if rest.endswith("i"):
        yield rest[:-1] + "y"
    yield rest + "e"


def with_ending(word: str, say: Say) -> tuple[str, ...]:
    """A word said by its stem and a regular ending; `say` says the stem, or nothing."""
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        for stem in _without_s(word):
            if ways := _say_stem(stem, say):
                return tuple(map(add_s, ways))
    if word.endswith("ed"):
        for stem in stems(word[:-2]):
            if ways := _say_stem(stem, say):
                return tuple(map(add_d, ways))
    for stem in _stems_before_t(word):
        if ways := _say_stem(stem, say):
            return tuple(way + "t" for way in ways)
    for letters, ending in _parts(_ENDINGS):
        if word.endswith(letters):
            for stem in _stems_before(word[: -len(letters)], letters):
                if ways := _say_stem(stem, say):
                    return tuple(_joined(way, stem, ending) for way in ways)
    return ()


def _without_s(word: str) -> Iterator[str]:
    yield word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]


def _stems_before_t(word: str) -> Iterator[str]:
    """`drest`, `dropt`, `fixt`, `curst`."""
    if word.endswith(("st", "pt")):
        yield word[:-1] + word[-2]
    if word.endswith(("pt", "xt")):
        yield word[:-1]
    if word.endswith("rst"):
        yield word[:-1] + "e"


def _stems_before(rest: str, letters: str) -> Iterator[str]:
    if letters[0] in "aeiouy":
        if rest[-1:] != "e" or letters != "y":  # `key` is no ending
            yield from stems(rest)
    else:
        yield rest
        if rest.endswith("i"):
            yield rest[:-1] + "y"


def _say_stem(stem: str, say: Say) -> tuple[str, ...]:
    if len(stem) < 3 and stem not in _SHORT_VERBS:
        return ()
    return tuple(way for way in say(stem) if any(vowel in way for vowel in VOWELS))


def _joined(way: str, stem: str, ending: str) -> str:
    if stem.endswith("le") and way.endswith("V0l") and ending[0] in VOWELS:
        way = way[:-3] + "l"  # noble, nobler
    if ending[0] == "l" and way.endswith("l"):
        way = way[:-1]  # real, really
    return way + ending


def with_prefix(word: str, say: Say) -> tuple[str, ...]:
    """A word said by a prefix and the rest of it; the stress is that of the rest."""
    for letters, prefix in _parts(_PREFIXES):
        rest = word.removeprefix(letters)
        if rest != word and len(rest) > 3 and (ways := say(rest)):
            return tuple(prefix + way for way in ways)
    return ()


def compound(word: str) -> tuple[str, ...]:
    """A word said as two words of the table, the first one stressed; parted where the shorter one is longest."""
    places = sorted(range(3, len(word) - 2), key=lambda place: abs(2 * place - len(word)))
    for place in places:
        first, second = word[:place], word[place:]
        if _can_stand(first) and _can_stand(second) and (before := look_up(first)) and (after := look_up(second)):
            both = [left + right.replace("1", "2") for left in before for right in after]
            return tuple(both[:_MOST])
    return ()


def _can_stand(part: str) -> bool:
    return len(part) > 3 or part in _SHORT.split()
