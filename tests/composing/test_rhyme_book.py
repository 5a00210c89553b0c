"""The rhyme book: partners sound alike from the last stressed vowel on, and differ before it."""

from toys import ENDS, TOY

from poemgen.composing import rhyme_book
from poemgen.composing.rhyme_book import RhymeBook

BOOK = RhymeBook(TOY, ENDS)


def test_partners_rhyme_and_the_most_frequent_come_first() -> None:
    assert BOOK.partners(["mole"]) == ["sole", "role", "be"]
    assert BOOK.partners(["mat"]) == ["bat", "sat", "rat"]
    assert BOOK.partners(["mat", "sat"]) == ["bat", "rat"]
    assert BOOK.partners(["cat"]) == ["mat", "bat", "sat", "rat"]


def test_words_that_sound_the_same_are_no_partners() -> None:
    book = RhymeBook(TOY, ["bat", "b-at", "mat"])
    assert book.partners(["bat"]) == ["b-at", "mat"]
    assert RhymeBook(TOY, ["mat", "mat"]).partners(["mat"]) == []


def test_nothing_rhymes_with_two_words_that_do_not() -> None:
    assert BOOK.partners(["mat", "see"]) == []
    assert BOOK.partners([]) == []
    assert BOOK.partners(["bcd"]) == []


def test_only_frequent_line_ends_are_in_it() -> None:
    assert "mole" in BOOK
    assert "mile" not in BOOK
    limited = RhymeBook(TOY, [*(f"b{'a' * n}" for n in range(1, rhyme_book.MOST + 1)), "late"])
    assert "late" not in limited


def test_rich_words_have_many_partners() -> None:
    assert BOOK.rich(3) == ["mole", "sole", "role", "mat", "bat", "sat", "rat", "be"]
    assert BOOK.rich(0) == ENDS
    assert BOOK.rich(9) == []
