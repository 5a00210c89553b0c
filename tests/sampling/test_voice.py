"""Voices: reading on gives what reading at once gives, and texts are judged by the softmax of the notes."""

import numpy as np

from poemgen.model import Config, Network, initial
from poemgen.network.loss import log_softmax
from poemgen.sampling.hand import after_seed
from poemgen.sampling.voice import Voice

CONFIG = Config("lstm", 1, 12, 20)


def network(seed: int) -> Network:
    return Network(CONFIG, initial(CONFIG, np.random.default_rng(seed)))


def test_reading_in_pieces_is_reading_at_once() -> None:
    voice, ids = Voice(network(1)), [3, 4, 5, 6, 7]
    context = voice.read(voice.read(voice.start(), ids[:2]), ids[2:])
    logits, _ = after_seed(CONFIG, network(1).parameters, np.array(ids))
    np.testing.assert_allclose(voice.next_logits(context), logits[0], rtol=1e-5, atol=1e-6)
    assert voice.read(context, []).last == 7


def test_what_was_read_does_not_change_when_another_text_is_read() -> None:
    voice = Voice(network(1))
    context = voice.read(voice.start(), [3, 4])
    before = voice.next_logits(context).copy()
    voice.read(context, [5, 6, 7])
    np.testing.assert_array_equal(voice.next_logits(context), before)


def test_texts_of_any_length_are_judged_side_by_side() -> None:
    voice = Voice(network(1))
    context = voice.read(voice.start(), [3, 4])
    texts = [[5], [6, 7, 8], [9, 5]]
    for text, found in zip(texts, voice.log_probabilities(context, texts), strict=True):
        expected, place = 0.0, context
        for id in text:
            expected += float(log_softmax(voice.next_logits(place)[None].copy())[0, id])
            place = voice.read(place, [id])
        np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert voice.log_probabilities(context, []).shape == (0,)
