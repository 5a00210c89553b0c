"""What never enters a poem: control characters, invisible changes of direction, and two spellings of one character."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

# C0 without tab and newline, DEL and C1; embeddings, overrides and isolates of direction; halves of surrogate pairs.
# Joiners, variation selectors and combining marks are part of how words and emoji are written, and stay.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Cleaned(NamedTuple):
    """A text, and how often each character was dropped from it."""

    text: str
    dropped: Mapping[str, int]


def clean(text: str) -> Cleaned:
    r"""Fold "\r\n" and "\r" to "\n", drop what is `FORBIDDEN`, compose (NFC). Cleaning twice changes nothing more."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    dropped: Mapping[str, int] = {}
    if FORBIDDEN.search(text):
        dropped = Counter(FORBIDDEN.findall(text))
        text = text.translate({ord(character): None for character in dropped})
    # Composing comes last: a dropped character may have stood between a letter and its accent.
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return Cleaned(text, dropped)


def describe_dropped(dropped: Mapping[str, int]) -> str:
    """Say what was dropped in half a line, the commonest first: `7 control characters (U+0085 4 times, ...)`."""
    total = sum(dropped.values())
    commonest = sorted(dropped, key=lambda character: (-dropped[character], character))
    shown = [f"U+{ord(character):04X} {_times(dropped[character])}" for character in commonest[:3]]
    more = ["..."] if len(commonest) > len(shown) else []
    return f"{total} control character{'s' * (total != 1)} ({', '.join(shown + more)})"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
