"""The ways to say a word that verse may choose from beside those in the table."""

import re

# How the table says an ending, and how it says the same ending in other words of its kind.
_SAME_ENDINGS = [
    ("ed", "V0d", "i0d"),
    ("es", "V0z", "i0z"),
    ("est", "i0st", "V0st"),
    ("ness", "ni0s", "nV0s"),
    ("less", "li0s", "lV0s"),
]
_ONE_SYLLABLE = re.compile("(ire|yre|our|oir)(s|d|ed)?$")


def with_variants(word: str, ways: tuple[str, ...]) -> tuple[str, ...]:
    """The ways to say a word, and after them those that verse knows besides; of `fire` the one in a syllable first."""
    added = [*ways, *(_said_alike(word, way) for way in ways)]
    shorter = [re.sub("([WY][12])R0", r"\1r", way) for way in added]
    if _ONE_SYLLABLE.search(word):
        return tuple(dict.fromkeys(shorter + added))
    return tuple(dict.fromkeys(added + shorter if "ower" in word else added))


def _said_alike(word: str, way: str) -> str:
    for letters, one, other in _SAME_ENDINGS:
        if word.endswith(letters) and way.endswith((one, other)):
            stem = way.removesuffix(one).removesuffix(other)
            return stem + (other if way.endswith(one) else one)
    return way
