"""Texts that are much alike, read anew by language models: how likely each of them is as a whole.

An answer to a gap is more than what the network that fills gaps thinks of its characters: with it stands a line, which
the language models, one from either end, can read. What they say takes every length as it is.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Floats, Ids
from poemgen.sampling.voice import Voice
from poemgen.text.reversal import ends_of_lines, reverse_lines

AT_A_TIME = 8192  # characters that are read side by side
REACH = 100  # characters beyond the gaps by which an answer is judged


class Rereader(NamedTuple):
    """A language model, and whether it reads every line from its end."""

    voice: Voice
    from_the_end: bool


def reread(rereaders: Sequence[Rereader], texts: Sequence[Ids], line_end: int) -> Floats:
    """The mean over the language models of the sum of log ŷ of each text, (texts,), in nats, but for a number that is
    the same for all: what the texts begin with in common is read once, and not counted; of what they end with, no more
    than `REACH` characters are read. There is at least one text; each begins a poem and stops with a line."""
    sums = np.zeros(len(texts))
    for voice, from_the_end in rereaders:
        ids = [reverse_lines(text.copy(), ends_of_lines(line_end)) if from_the_end else text for text in texts]
        sums += _log_probabilities(voice, ids)
    return sums / max(1, len(rereaders))


def _log_probabilities(voice: Voice, texts: Sequence[Ids]) -> Floats:
    """By one language model, which has the texts as it reads them."""
    begin = _in_common(texts)
    rest = [text[begin:] for text in texts]
    cut = max(0, _in_common([text[::-1] for text in rest]) - REACH)
    context = voice.read(voice.start(), texts[0][:begin].tolist())
    rows = max(1, AT_A_TIME // (max(map(len, rest)) - cut))
    pieces = [rest[first : first + rows] for first in range(0, len(rest), rows)]
    found = [voice.log_probabilities(context, [ids[: len(ids) - cut].tolist() for ids in piece]) for piece in pieces]
    return np.concatenate(found)


def _in_common(texts: Sequence[Ids]) -> int:
    """How many ids all begin with, short of the last of the shortest."""
    length = min(map(len, texts)) - 1
    unlike = np.flatnonzero((np.stack([text[:length] for text in texts]) != texts[0][:length]).any(axis=0))
    return int(unlike[0]) if len(unlike) else length
