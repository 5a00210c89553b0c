"""How words sound, as far as verse asks: their syllables, how these are stressed, and what rhymes."""

from typing import NamedTuple, Protocol


class Pronunciation(NamedTuple):
    """One way to say a word.

    `stresses` has a digit a syllable: 1 for the main stress, 2 for a lesser one, 0 for none. `rhyme` is what sounds
    from the last stressed vowel to the end: words with equal rhymes rhyme. `onset` are the consonants just before
    that vowel: where they are equal too, the rhyme is an identical one.
    """

    stresses: str
    rhyme: str
    onset: str


class Sounds(Protocol):
    """How the words of one language sound."""

    language: str

    def pronunciations(self, word: str) -> tuple[Pronunciation, ...]:
        """The ways to say a word (as `words` gives it), the usual one first; at least one."""
