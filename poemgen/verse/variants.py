"""The ways to say a word that verse may choose from beside those in the table."""

import re

from poemgen.verse.endings import Say

# How the table says an ending, and how it says the same ending in other words of its kind.
_SAME_ENDINGS = [
    ("ed", "V0d", "i0d"),
    ("es", "V0z", "i0z"),
    ("est", "i0st", "V0st"),
    ("ness", "ni0s", "nV0s"),
    ("less", "li0s", "lV0s"),
]
_ONE_SYLLABLE = re.compile("(ire|yre|our|oir)(s|d|ed)?$")
# How a word is spelled elsewhere, and how in the table.
_SPELLINGS = [
    ("our(?=s?$|ed$|ing$|less$)", "or"),
    ("ence$", "ense"),
    ("re(?=s?$|d$)", "er"),
    ("ul(?=ness$)", "ull"),
    ("l(?=ful)", "ll"),
    ("is(?=e[drs]?$|ing$)", "iz"),
    ("ll(?=e[dr]$|ing$)", "l"),
    ("^gaol", "jail"),
    ("^en", "in"),
    ("^in", "en"),
    ("ae", "e"),
    ("x(?=ion)", "ct"),
]


def otherwise_spelled(word: str, say: Say) -> tuple[str, ...]:
    """The ways to say a word that `say` knows in another spelling: splendour, pretence, sombre."""
    for letters, other in _SPELLINGS:
        spelled = re.sub(letters, other, word)
        if spelled != word and (ways := say(spelled)):
            return ways
    return ()


def with_variants(word: str, ways: tuple[str, ...]) -> tuple[str, ...]:
    """The ways to say a word, and after them those that verse knows besides; of `fire` the one in a syllable first."""
    added = [*ways, *(_said_alike(word, way) for way in ways), *(_near_r(way) for way in ways)]
    shorter = [re.sub("([WY][12])R0", r"\1r", way) for way in added]
    if _ONE_SYLLABLE.search(word):
        return tuple(dict.fromkeys(shorter + added))
    return tuple(dict.fromkeys(added + shorter if "ower" in word else added))


def _near_r(way: str) -> str:
    """The table says `here` and `near` with different vowels, but no word differs by that alone."""
    return re.sub("I([12])r", r"i\1r", way)


def _said_alike(word: str, way: str) -> str:
    for letters, one, other in _SAME_ENDINGS:
        if word.endswith(letters) and way.endswith((one, other)):
            stem = way.removesuffix(one).removesuffix(other)
            return stem + (other if way.endswith(one) else one)
    return way
