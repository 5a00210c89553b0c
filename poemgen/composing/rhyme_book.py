"""The words that lines of the corpus end with, by what rhymes with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from poemgen.verse.sounds import Pronunciation, Sounds

MOST = 6_000  # line ends that are looked at, the most frequent ones


class RhymeBook:
    """Words by rhyme, the most frequent first. Each counts as it is usually said, though others might rhyme it more
    ways."""

    def __init__(self, sounds: Sounds, line_ends: Iterable[str]) -> None:
        self._sounds = sounds
        self._ranks: dict[str, int] = {}
        self._by_rhyme: dict[str, list[str]] = defaultdict(list)
        for rank, word in enumerate(islice(line_ends, MOST)):
            self._ranks[word] = rank
            self._by_rhyme[self._usual(word).rhyme].append(word)

    def __contains__(self, word: str) -> bool:
        """Whether lines of the corpus often end with it."""
        return word in self._ranks

    def partners(self, ends: Sequence[str]) -> list[str]:
        """The words that rhyme with all the given ones, sound unlike each of them before the rhyme (not sea and see),
        and are written otherwise; the most frequent first."""
        if not ends:
            return []
        usual = [self._usual(end) for end in ends]
        onsets, [rhyme, *others] = {way.onset for way in usual}, list(dict.fromkeys(way.rhyme for way in usual))
        if others or not rhyme:
            return []
        return [word for word in self._by_rhyme.get(rhyme, []) if self._usual(word).onset not in onsets]

    def rich(self, partners: int) -> list[str]:
        """The words that at least so many others rhyme with, the most frequent first."""
        onsets = {rhyme: {self._usual(word).onset for word in of} for rhyme, of in self._by_rhyme.items() if rhyme}
        return [word for word in self._ranks if len(onsets.get(self._usual(word).rhyme, ())) > partners]

    def _usual(self, word: str) -> Pronunciation:
        return self._sounds.pronunciations(word)[0]
