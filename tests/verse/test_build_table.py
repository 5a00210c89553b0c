"""The table: made from lines in CMUdict's format, and found again word by word."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.verse import build_table
from poemgen.verse.build_table import HEADING, table_text
from poemgen.verse.phones import encode
from poemgen.verse.table import TABLE, find, look_up, table, words_ending_in

SOURCE = [
    "moons M UW1 N Z\n",
    "moon M UW1 N # what shines\n",
    "moon's M UW1 N Z\n",
    "again AH0 G EH1 N\n",
    "again(2) AH0 G EY1 N\n",
    "again(3) AH0 G EH1 N\n",
    "a.m. EY2 EH1 M\n",
    "'tis T IH1 Z\n",
]


def test_the_table_is_sorted_and_has_neither_possessives_nor_abbreviations() -> None:
    assert table_text(SOURCE) == f"{HEADING}\n'tis ti1z\nagain V0ge1n V0gE1n\nmoon mu1n\nmoons mu1nz\n"


def test_the_module_writes_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source.dict").write_text("".join(SOURCE), encoding="utf-8")
    monkeypatch.setattr(build_table, "TABLE", tmp_path / "table.txt")
    build_table.main(str(tmp_path / "source.dict"))
    assert find("again", (tmp_path / "table.txt").read_bytes()) == ("V0ge1n", "V0gE1n")


def test_a_phone_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        encode("M OO1 N")


@given(st.dictionaries(st.text("ab'", min_size=1, max_size=4), st.lists(st.text("mu1", min_size=1), min_size=1)))
def test_every_word_is_found_and_no_other(entries: dict[str, list[str]]) -> None:
    lines = "".join(f"{word} {' '.join(ways)}\n" for word, ways in sorted(entries.items())).encode("ascii")
    for word in [*entries, "", "a", "b", "'", "aaaaa", "b b", "é"]:
        assert find(word, lines) == tuple(entries.get(word, ()))


def test_the_table_of_the_package_is_in_order_and_its_terms_lie_beside_it() -> None:
    heading, *lines = table().decode("ascii").splitlines()
    assert heading == HEADING
    names = [line.split(" ")[0] for line in lines]
    assert names == sorted(set(names))
    for line in random.Random(1).sample(lines, 300):
        word, *ways = line.split(" ")
        assert look_up(word) == tuple(ways)
    assert "Carnegie Mellon University" in TABLE.with_name("PRONUNCIATIONS-LICENSE.txt").read_text("utf-8")


def test_words_by_their_ending() -> None:
    found = dict(words_ending_in("illow"))
    assert found["willow"] == "wi1lO2" or found["willow"] == "wi1lO0"
    assert all(word.endswith("illow") for word in found)
