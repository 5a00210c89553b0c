"""Which words rhyme."""

from poemgen.verse.sounds import Sounds


def rhyme_parts(sounds: Sounds, word: str) -> set[str]:
    """What a word can be rhymed with: the sounds from the last stressed vowel on, of each way to say it."""
    return {way.rhyme for way in sounds.pronunciations(word) if way.rhyme}


def rhymes(sounds: Sounds, a: str, b: str) -> bool:
    """Whether two different words can sound the same from the last stressed vowel to the end."""
    return not same_word(a, b) and not rhyme_parts(sounds, a).isdisjoint(rhyme_parts(sounds, b))


def same_word(a: str, b: str) -> bool:
    """Whether two words are one, quotation marks aside."""
    return a.strip("'") == b.strip("'")
