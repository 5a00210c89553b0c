"""A corpus in two parts: one to train on, and one that only tells how well the training did.

Encode the whole corpus with `min_count=1`, split it, and only then choose the vocabulary (`with_min_count`): which
characters are rare is for the training part alone to say.
"""

import numpy as np
from numpy.typing import NDArray

from poemgen.errors import UsageError
from poemgen.text.encoded import EncodedCorpus, with_ids, with_vocabulary
from poemgen.text.tokenizer import Vocabulary

# On fewer characters the loss says more about which poems were drawn than about the model.
FEWEST_CHARACTERS = 100


def split_validation(
    corpus: EncodedCorpus, fraction: float, *, rng: np.random.Generator
) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    """The training part of a corpus, and a validation part of about `fraction` of its characters.

    Whole poems, drawn at random, make the validation part, in the corpus's order. If none is short enough (there is
    one poem only, say), its last characters do: then the training part ends inside a poem, without `EOS`, and the
    validation part begins there. It is None where it would have less than 100 characters. Counts are of each part.
    Raises `UsageError` for a fraction outside 0 to 0.5.
    """
    if not 0 <= fraction <= 0.5:
        raise UsageError(f"the validation fraction is {fraction:g}; it must lie between 0 and 0.5")
    drawn = draw_poems(np.diff(corpus.starts), fraction, rng=rng)
    train, validation = _by_poem(corpus, drawn) if drawn.any() else _by_character(corpus, fraction)
    return (train, validation) if validation.characters >= FEWEST_CHARACTERS else (corpus, None)


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


def _by_poem(corpus: EncodedCorpus, drawn: NDArray[np.bool_]) -> tuple[EncodedCorpus, EncodedCorpus]:
    return _of_poems(corpus, ~drawn), _of_poems(corpus, drawn)


def _of_poems(corpus: EncodedCorpus, wanted: NDArray[np.bool_]) -> EncodedCorpus:
    starts, ends = corpus.starts[:-1][wanted], corpus.starts[1:][wanted]
    # Slices, since a mask over all ids would take as much memory as the ids.
    ids = np.concatenate([corpus.ids[start:end] for start, end in zip(starts, ends, strict=True)])
    return with_ids(corpus, ids, np.cumsum(np.append(0, ends - starts)))


def _by_character(corpus: EncodedCorpus, fraction: float) -> tuple[EncodedCorpus, EncodedCorpus]:
    starts = corpus.starts
    cut = starts[-1] - 1 - round(fraction * corpus.characters)
    train = with_ids(corpus, corpus.ids[:cut], np.append(starts[starts < cut], cut))
    return train, with_ids(corpus, corpus.ids[cut:], np.append(cut, starts[starts > cut]) - cut)
