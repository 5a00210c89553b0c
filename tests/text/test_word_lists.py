"""The words of a corpus, counted as they stand in lines and poems."""

from pathlib import Path

import pytest

from poemgen.errors import PoemgenError
from poemgen.text import word_lists as module
from poemgen.text.corpus import encode_corpus, read_poems
from poemgen.text.word_lists import WordLists, listed, word_lists


def lists(tmp_path: Path, *poems: str) -> WordLists:
    path = tmp_path / "poems.txt"
    path.write_text("\n%\n".join(poems) + "\n")
    return word_lists(encode_corpus(read_poems([path])))


def test_words_come_by_their_count_and_line_ends_apart(tmp_path: Path) -> None:
    found = lists(tmp_path, "The moon, the moon's\nwhite bell.", "O'er the bell")
    assert listed(found.words) == ["the", "bell", "moon", "moon's", "o'er", "white"]
    assert listed(found.line_ends) == ["bell", "moon's"]


def test_no_word_is_made_of_two_poems_or_of_an_unknown_character(tmp_path: Path) -> None:
    for piece in (6, 1 << 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "PIECE", piece)
            assert listed(lists(tmp_path, "moon", "light", "sea").words) == ["light", "moon", "sea"]


def test_of_a_large_corpus_some_poems_from_all_over_it_are_read(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_READ", 9)
        assert listed(lists(tmp_path, "moon", "sea", "light").words) == ["light", "moon"]


def test_a_very_long_poem_is_read_in_pieces_up_to_the_limit(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE", 5)
        patch.setattr(module, "MOST_READ", 10)
        assert listed(lists(tmp_path, "moon reed lamp").words) == ["moon", "reed"]


def test_what_is_longer_than_any_word_is_none(tmp_path: Path) -> None:
    assert listed(lists(tmp_path, f"moon {'a' * 101}\n{'b' * 100}").words) == ["b" * 100, "moon"]


def test_lists_that_are_put_together_again_and_again_do_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_JOINED", 2)
    assert WordLists(b"moon", b"").followed_by(WordLists(b"sea\nmoon\nreed", b"lamp")) == (b"moon\nsea", b"lamp")


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_WORDS", 2)
        assert listed(lists(tmp_path, "b b a c", "a").words) == ["a", "b"]


@pytest.mark.parametrize("data", [b"moon\n", b"moon\n\nsea", b"moon sea", b"\x1b[31m", b"\xff", b"moon\n'"])
def test_what_is_no_list_of_words_is_refused(data: bytes) -> None:
    with pytest.raises(PoemgenError, match="list of words"):
        listed(data)


def test_an_empty_list_is_one() -> None:
    assert listed(b"") == []
    assert listed(WordLists().words) == []
