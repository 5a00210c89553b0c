"""Whole cards of models that do what is known beforehand, at their best and worst."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from iid import LETTERS, NEWLINES, WRITER, study

from poemgen.composing.judging import Composed
from poemgen.composing.workshop import Workshop
from poemgen.evaluation import asking
from poemgen.evaluation.card import Card, card
from poemgen.evaluation.figures import EIGHT_GRAM, HUMANS, MODEL, Figure
from poemgen.evaluation.layout import INSIDE, as_json, as_markdown, as_text
from poemgen.evaluation.study import some

HELD_OUT = [f"moon on a moor,\na man at the {end}\nno moan, no on\nand an aeon" for end in ("door", "fen", "oar")]
CORPUS = [f"a nag on a {end}, a man on a moor\nno moon and no ox\nand on and on" for end in ("mat", "map", "log")]


def figure(found: Card, name: str, column: str = MODEL) -> Figure:
    [row] = [row for row in found.rows if row.name.startswith(name)]
    return row.figures[column]


@pytest.fixture(scope="module")
def letters() -> Card:
    """A model of letters that have nothing to do with each other."""
    return card(study(LETTERS, HELD_OUT, CORPUS))


def test_bits_are_those_of_the_chances() -> None:
    found = figure(card(study(LETTERS, ["ana", "mono", "a"], [], poems=1)), "bits per character, held-out")
    assert found.value == pytest.approx((3 * 2 + 8 * 3) / 11, abs=1e-5)  # three a of 2 bits, and 8 others of 3


def test_poems_end_as_often_as_they_must(letters: Card) -> None:
    assert figure(letters, "poems that end").value == 100
    assert figure(letters, "length of poems").value > figure(letters, "length of poems", HUMANS).value


def test_a_bad_model_is_told_of(letters: Card) -> None:
    said = "\n".join(letters.remarks)
    assert "bits per character, held-out poems" in said
    assert "more than humans" in said


def test_the_same_study_gives_the_same_card(letters: Card) -> None:
    assert as_text(card(study(LETTERS, HELD_OUT, CORPUS))) == as_text(letters)
    assert letters.columns == [HUMANS, EIGHT_GRAM, MODEL]


def test_without_a_corpus_its_rows_are_left_out() -> None:
    found = card(study(LETTERS, HELD_OUT, []))
    names = [row.name for row in found.rows]
    assert found.columns == [HUMANS, MODEL]
    assert not any("cop" in name or "corpus" in name for name in names)
    assert "real words" in names
    assert found.notes[0].startswith("without a corpus")


def test_a_model_that_writes_only_newlines_has_nothing_to_measure() -> None:
    found = card(study(NEWLINES, HELD_OUT, CORPUS, poems=3))
    for name in ("real words", "free: lines that rhyme", "length of lines"):
        assert math.isnan(figure(found, name).value)
        assert any(sentence.startswith(name) and "nothing to measure" in sentence for sentence in found.remarks)
    assert figure(found, "poems that end").value == 0
    assert figure(found, "length of poems").value > 2900
    assert figure(found, "bits per character, held-out").value > 50
    assert "nothing" in as_text(found)


def test_held_out_poems_of_the_corpus_are_noted() -> None:
    found = card(study(LETTERS, CORPUS, CORPUS))
    assert figure(found, "copies", HUMANS).value == 100
    assert any(note.startswith("3 of 3 held-out poems stand in the corpus") for note in found.notes)


def test_one_poem_and_unknown_characters() -> None:
    found = card(study(LETTERS, ["мост ☃"], CORPUS, poems=2))
    assert any("does not know: 5" in note for note in found.notes)
    assert any("too few" in note for note in found.notes)
    assert figure(found, "length of poems", HUMANS) == (0, 0, 0)
    assert figure(found, "bits per character, held-out").value > 50


def test_what_cannot_be_asked_is_noted_once() -> None:
    found = card(study(LETTERS, HELD_OUT, [], poems=1, asked=1))
    assert [note for note in found.notes if note.startswith("not asked")] == [
        "not asked: this model does not tell the words of its corpus, which forms want: train it anew"
    ]
    assert not any(row.name.startswith("asked") for row in found.rows)


def test_what_was_asked_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["the moon came up before the end of day", "moon"] * 3  # six of eight

    def poems_in_form(shop: Workshop, rng_seed: int, count: int) -> list[Composed]:
        return [Composed(shop.forms, lines)] * count

    monkeypatch.setattr(asking, "poems_in_form", poems_in_form)
    couplets = "\n".join(["a light", "a night", "a stone", "a bone", "the sea", "the tea", "a cat", "a hat"])
    found = card(study(WRITER, [*HELD_OUT, couplets], CORPUS, poems=4, asked=4))
    assert figure(found, "asked: pairs", HUMANS).value == 100
    assert figure(found, "asked: pairs", EIGHT_GRAM).value < 100
    assert not any(row.name.startswith("asked: pairs") and MODEL in row.figures for row in found.rows)
    for name in ("asked: lines of ten", "asked: lines in five"):
        assert figure(found, name) == (37.5, 37.5, 37.5)
    assert figure(found, "asked: poems that hold").value == figure(found, "asked: poems that spell").value == 0


def test_layouts_hold_the_same(letters: Card) -> None:
    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    record = json.loads(as_json(letters, {"model": "abc"}), parse_constant=refuse)
    assert record["model"] == "abc"
    assert [row["name"] for row in record["rows"]] == [row.name for row in letters.rows]
    assert (record["remarks"], record["notes"]) == (letters.remarks, letters.notes)
    text, table = as_text(letters), as_markdown(letters)
    for row in letters.rows:
        assert row.shown(MODEL, interval=True) in text and f"| {row.name} |" in table
    assert {line.count("|") for line in table.splitlines() if line.startswith("|")} == {5}


def test_the_page_tells_of_every_row(letters: Card) -> None:
    page = (Path(__file__).parents[2] / "docs" / "card.md").read_text("utf-8")
    told = tuple(name for cell in re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE) for name in cell.split(", "))
    assert [row.name for row in letters.rows if not row.name.startswith(told)] == []


def test_a_card_without_remarks_says_so() -> None:
    assert INSIDE in as_text(Card([HUMANS, MODEL], [], [], []))


def test_some_poems_keep_their_order() -> None:
    poems = [f"{number:02}" for number in range(40)]
    chosen = some(poems, 10, study(LETTERS, [], []).rng())
    assert len(set(chosen)) == 10
    assert chosen == sorted(chosen) != poems[:10]
    assert some(poems, 40, study(LETTERS, [], []).rng()) == poems
