"""The workshop: set up from a model, or refused with what the model lacks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toys import CONFIG, ENDS, VOCABULARY, network

from poemgen.composing.workshop import open_workshop, poems_in_form
from poemgen.errors import UsageError
from poemgen.sampling.choice import Choice
from poemgen.storage import PoemModel
from poemgen.text.tokenizer import Vocabulary
from poemgen.text.word_lists import WordLists
from poemgen.verse.forms import LineForm

WORDS = "\n".join(ENDS).encode()
MODEL = PoemModel(CONFIG, network(1).parameters, VOCABULARY, backward=network(2), word_lists=WordLists(WORDS, WORDS))
COUPLET = [LineForm(rhyme="A"), LineForm(rhyme="A")]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (replace(MODEL, word_lists=WordLists()), "does not tell the words of its corpus"),
        (replace(MODEL, backward=None), "train a model with --both"),
        (replace(MODEL, vocabulary=Vocabulary("\n,.ELMOST_abeilmorst")), "knows no space"),
    ],
)
def test_what_a_model_lacks_is_said(model: PoemModel, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        open_workshop(model, COUPLET)


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        ({"keyword": "zeal"}, "the keyword holds 'z'"),
        ({"keyword": "..."}, "holds no word"),
        ({"keyword": ""}, "holds no word"),
        ({"seed": "mole\nzeal"}, "the last line of the seed holds 'z'"),
        ({"forms": [LineForm(letter="Z")]}, "the acrostic holds 'Z'"),
    ],
)
def test_what_the_model_cannot_spell_is_said(wishes: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        open_workshop(MODEL, **{"forms": COUPLET, **wishes})


def test_a_given_line_must_have_a_rhyme_and_be_no_copy(tmp_path: Path) -> None:
    shop = open_workshop(MODEL, COUPLET, seed="a lab\n")
    with pytest.raises(UsageError, match="nothing is known to rhyme with 'lab', the last word of line 1"):
        next(poems_in_form(shop, 1, 1))
    line = "a mole or a mat or a bat or a tree"
    (tmp_path / "known.txt").write_text(line)
    shop = open_workshop(MODEL, COUPLET, seed=f"{line}\n", novel=[tmp_path / "known.txt"])
    with pytest.raises(UsageError, match="line 1 of the seed stands in the poems"):
        next(poems_in_form(shop, 1, 1))


def test_a_model_of_one_direction_will_do_where_nothing_rhymes() -> None:
    open_workshop(replace(MODEL, backward=None), [LineForm()])


def test_the_words_of_the_seed_and_the_keyword_are_words_and_single_letters_seldom() -> None:
    words = "\n".join([*(f"b{'a' * n}" for n in range(1, 600)), "x", "o"]).encode()
    shop = open_workshop(
        replace(MODEL, word_lists=WordLists(b"a\n" + words, WORDS)), COUPLET, seed="Elmo", keyword="Sorbtel mib"
    )
    known = ["elmo", "sorbtel", "mib", "a", "baaa", "moonlight"]
    unknown = ["x", "o", "sorbtels", "qzx"]
    assert [shop.knowledge.is_word(word) for word in known + unknown] == [True] * len(known) + [False] * len(unknown)


def test_other_languages_have_the_words_of_their_corpus_only() -> None:
    shop = open_workshop(MODEL, [LineForm()], language="it")
    assert shop.knowledge.sounds.language == "it"
    assert not shop.knowledge.is_word("moonlight")
    with pytest.raises(UsageError, match="elvish"):
        open_workshop(MODEL, [LineForm()], language="elvish")


def test_each_poem_is_the_same_whatever_comes_with_it() -> None:
    shop = open_workshop(MODEL, [LineForm(), LineForm()], choice=Choice(1.0, reject_unk=True), candidates=16)
    three = [poem.text for poem in poems_in_form(shop, 5, 3)]
    assert [poem.text for poem in poems_in_form(shop, 5, 1)] == three[:1]
