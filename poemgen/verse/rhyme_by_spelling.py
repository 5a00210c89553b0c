"""A second opinion on English rhymes, from the letters alone: it knows no sounds, so it errs elsewhere."""

import re

# Endings that are spelled in several ways and nearly always sound alike; each is read as the last.
_ALIKE = (
    ("ight|yte|ite", "ite"),
    ("igh|ie|ye|y", "y"),
    ("ain|ane|eign", "ane"),
    ("ail|ale", "ale"),
    ("aid|ade|ayed", "ade"),
    ("eigh|ey|ay", "ay"),
    ("oan|one", "one"),
    ("oal|ole", "ole"),
    ("oar|ore|oor", "ore"),
    ("eel|eal", "eel"),
    ("eem|eam", "eem"),
    ("eep|eap", "eep"),
    ("eet|eat|ete", "eet"),
    ("een|ean|ene", "een"),
    ("air|are", "are"),
    ("eer|ere", "eer"),
    ("urn|earn", "urn"),
    ("aze|aise|ays", "aze"),
    ("ize|ise", "ise"),
    ("ew|ue", "ue"),
)
_ENDING = re.compile("[aeiouy]+[^aeiouy]+e[sd]?$|[aeiouy]+[^aeiouy]*$")


def rhymes_by_spelling(a: str, b: str) -> bool:
    """Whether two different English words are spelled like rhymes from the last vowels on, a silent e looked past."""
    one, other = a.replace("'", ""), b.replace("'", "")
    return one != other and spelled_ending(one) == spelled_ending(other) != ""


def spelled_ending(word: str) -> str:
    """A word's letters from its last vowels on, a silent e at the end not counted as one; like endings made equal.

    >>> [spelled_ending(word) for word in ("stone", "moan", "bright", "moonlight", "flowed")]
    ['one', 'one', 'ite', 'ite', 'owed']
    """
    found = _ENDING.search(word)
    ending = found[0] if found else ""
    for letters, like in _ALIKE:
        if re.fullmatch(letters, ending):
            return like
    return ending
