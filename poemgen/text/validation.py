"""A corpus in two parts: one to train on, and one that only tells how well the training did.

Encode the whole corpus with `min_count=1`, split it, and only then choose the vocabulary (`with_min_count`): which
characters are rare is for the training part alone to say.
"""

import numpy as np
from numpy.typing import NDArray

from poemgen.errors import UsageError
from poemgen.text.encoded import EncodedCorpus, moved_together, with_ids, with_vocabulary
from poemgen.text.tokenizer import Vocabulary

# On fewer characters the loss says more about which poems were drawn than about the model.
FEWEST_CHARACTERS = 100


def split_validation(
    corpus: EncodedCorpus, fraction: float, *, rng: np.random.Generator
) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    """The training part of a corpus, and a validation part of about `fraction` of its characters.

    Whole poems, drawn at random, make the validation part, in the corpus's order. If none is short enough (there is
    one poem only, say), its last characters do: then the training part ends inside a poem, without `EOS`, and the
    validation part begins there. It is None where it would have less than 100 characters. Counts are of each part. The
    corpus is used up: its ids are written over.
    Raises `UsageError` for a fraction outside 0 to 0.5.
    """
    if not 0 <= fraction <= 0.5:
        raise UsageError(f"the validation fraction is {fraction:g}; it must lie between 0 and 0.5")
    drawn = draw_poems(np.diff(corpus.starts), fraction, rng=rng)
    if not drawn.any():
        train, validation = _by_character(corpus, fraction)
        return (train, validation) if validation.characters >= FEWEST_CHARACTERS else (corpus, None)
    validation = _of_poems(corpus, drawn)
    if validation.characters < FEWEST_CHARACTERS:
        return corpus, None
    return _without_poems(corpus, drawn), validation


def draw_poems(lengths: NDArray[np.int64], fraction: float, *, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which poems to set aside: poems in random order, each if it brings the sum of lengths nearer to the fraction.

    With a fraction of at most 0.5 some poem always stays. Poems longer than twice the fraction are never drawn.
    """
    missing = fraction * lengths.sum()
    drawn = np.zeros(len(lengths), np.bool_)
    for poem in rng.permutation(len(lengths)):
        if lengths[poem] < 2 * missing:
            drawn[poem] = True
            missing -= lengths[poem]
    return drawn


def with_min_count(
    train: EncodedCorpus, validation: EncodedCorpus | None, min_count: int
) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    """Both parts in the vocabulary of the characters that the training part holds at least `min_count` times.

    Raises `PoemgenError` if fewer than two do.
    """
    vocabulary = Vocabulary.from_counts(train.counts, min_count)
    return with_vocabulary(train, vocabulary), validation and with_vocabulary(validation, vocabulary)


def _of_poems(corpus: EncodedCorpus, drawn: NDArray[np.bool_]) -> EncodedCorpus:
    starts, ends = corpus.starts[:-1][drawn], corpus.starts[1:][drawn]
    # Slices, since a mask over all ids would take as much memory as the ids.
    ids = np.concatenate([corpus.ids[start:end] for start, end in zip(starts, ends, strict=True)])
    return with_ids(corpus, ids, np.cumsum(np.append(0, ends - starts)))


def _without_poems(corpus: EncodedCorpus, drawn: NDArray[np.bool_]) -> EncodedCorpus:
    """What stays, in the memory of the whole: a large corpus must not lie in memory twice."""
    starts, ends = corpus.starts[:-1][~drawn], corpus.starts[1:][~drawn]
    return with_ids(corpus, moved_together(corpus.ids, starts, ends), np.cumsum(np.append(0, ends - starts)))


def _by_character(corpus: EncodedCorpus, fraction: float) -> tuple[EncodedCorpus, EncodedCorpus]:
    starts = corpus.starts
    cut = starts[-1] - 1 - round(fraction * corpus.characters)
    train = with_ids(corpus, corpus.ids[:cut], np.append(starts[starts < cut], cut))
    return train, with_ids(corpus, corpus.ids[cut:], np.append(cut, starts[starts > cut]) - cut)
