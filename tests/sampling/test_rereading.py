"""Texts read anew: what is said of them is what the language models say, whichever way they read."""

import numpy as np
import pytest

from poemgen.model import Config, Network, initial
from poemgen.network.arrays import Floats
from poemgen.sampling import rereading
from poemgen.sampling.rereading import Rereader, reread
from poemgen.sampling.voice import Voice
from poemgen.text.tokenizer import Vocabulary

VOCABULARY = Vocabulary("\n abc")
LINE_END = int(VOCABULARY.encode("\n")[0])
TEXTS = ["ab\nca b\n", "ab\ncab\n", "ab\ncaabc b\n", "ab\ncbb\n"]


def voice(seed: int) -> Voice:
    config = Config("gru", 2, 6, len(VOCABULARY))
    return Voice(Network(config, initial(config, np.random.default_rng(seed))))


def said(voice: Voice, texts: list[str]) -> Floats:
    """Of each text from its beginning, one after the other."""
    ids = [VOCABULARY.encode(text).tolist() for text in texts]
    return np.array([voice.log_probabilities(voice.start(), [each])[0] for each in ids])


def less_a_number(figures: Floats) -> Floats:
    less: Floats = figures - figures[0]
    return less


@pytest.mark.parametrize("at_a_time", [1, 12, 4096])
def test_each_text_gets_the_mean_of_what_both_say(at_a_time: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "AT_A_TIME", at_a_time)
    forward, backward = voice(1), voice(2)
    turned = ["ba\nb ac\n", "ba\nbac\n", "ba\nb cbaac\n", "ba\nbbc\n"]
    readers = [Rereader(forward, from_the_end=False), Rereader(backward, from_the_end=True)]
    found = reread(readers, [VOCABULARY.encode(text) for text in TEXTS], LINE_END)
    expected = (said(forward, TEXTS) + said(backward, turned)) / 2
    np.testing.assert_allclose(less_a_number(found), less_a_number(expected), rtol=1e-4, atol=1e-5)


def test_texts_of_which_one_begins_another_and_a_single_one() -> None:
    forward = voice(3)
    texts = ["ab", "a", "abb"]
    found = reread([Rereader(forward, from_the_end=False)], [VOCABULARY.encode(text) for text in texts], LINE_END)
    np.testing.assert_allclose(less_a_number(found), less_a_number(said(forward, texts)), rtol=1e-4, atol=1e-5)
    assert reread([Rereader(forward, from_the_end=False)], [VOCABULARY.encode("ab")], LINE_END).shape == (1,)


def test_without_language_models_nothing_is_said() -> None:
    assert reread([], [VOCABULARY.encode(text) for text in TEXTS], LINE_END).tolist() == [0, 0, 0, 0]
