"""The words of a line of verse."""

import re

# Letters and their combining marks; apostrophes inside a word, before it ('tis) and after it (th').
WORD = r"'?[^\W\d_](?:[^\W\d_]|['\u0300-\u036f])*+"
_WORD = re.compile(WORD)
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'"})


def words(line: str) -> list[str]:
    """The words in their order, in lower case, apostrophes as `'`. A compound with a hyphen is several words.

    A quotation mark is not told from an apostrophe: what sounds a word must take "moon'" for "moon".

    >>> words("O'er the wine-dark sea, 'tis crown'd")
    ["o'er", 'the', 'wine', 'dark', 'sea', "'tis", "crown'd"]
    """
    return _WORD.findall(line.lower().translate(_APOSTROPHES))


def last_word(line: str) -> str:
    """The word that a line ends with, empty if it has none."""
    return words(line)[-1] if words(line) else ""
