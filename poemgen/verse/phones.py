"""The sounds of English words as short strings: a character a phone, a digit after each vowel for its stress.

The phones are those of ARPAbet, as CMUdict writes them; `M UW1 N` (moon) becomes `mu1n`. A pronunciation in this code
is what the table holds and what the rules put together.
"""

import re

from poemgen.verse.sounds import Pronunciation

_VOWEL_CODES = "AA:a AE:A AH:V AO:o AW:W AY:Y EH:e ER:R EY:E IH:i IY:I OW:O OY:Q UH:U UW:u"
_CONSONANT_CODES = """
B:b CH:C D:d DH:D F:f G:g HH:h JH:J K:k L:l M:m N:n NG:N P:p R:r S:s SH:S T:t TH:T V:v W:w Y:j Z:z ZH:Z
"""
CODES = dict(pair.split(":") for pair in (_VOWEL_CODES + _CONSONANT_CODES).split())
VOWELS = "".join(pair[-1] for pair in _VOWEL_CODES.split())

_STRESSED = re.compile(f"[{VOWELS}][12]")
_LAST_VOWEL = re.compile(f"[{VOWELS}]0(?=[^0-9]*$)")
# The most consonants that can begin an English syllable: those of `moonlight` before the last vowel are not n and l.
_ONSET = re.compile(
    r"(s?p[rlj]?|s?t[rwj]?|s?k[rlwj]?|s[mnlwfj]?|b[rlj]?|d[rwj]?|g[rlwj]?|[fv][rlj]?|T[rwj]?|S[rlmnw]?|h[wj]?|[mnlDzZCJrwj])?$"
)
_DIGITS = re.compile("[0-9]")


def encode(phones: str) -> str:
    """The code of phones in ARPAbet; raises `KeyError` for what is none.

    >>> encode("M UW1 N L AY2 T")
    'mu1nlY2t'
    """
    return "".join(CODES[phone.rstrip("012")] + phone[len(phone.rstrip("012")) :] for phone in phones.split())


def stresses(said: str) -> str:
    """A digit a syllable."""
    return "".join(_DIGITS.findall(said))


def rhyme_start(said: str) -> int:
    """Where the last stressed vowel stands, or the last vowel if none is stressed, or the end if there is none."""
    stressed = [match.start() for match in _STRESSED.finditer(said)]
    if stressed:
        return stressed[-1]
    last = _LAST_VOWEL.search(said)
    return last.start() if last else len(said)


def pronunciation(said: str) -> Pronunciation:
    """What verse asks of a pronunciation in this code."""
    start = rhyme_start(said)
    rhyme = _DIGITS.sub("", said[start:])
    onset = _ONSET.search(said[:start])
    return Pronunciation(stresses(said), rhyme, onset[0] if onset and rhyme else "")
