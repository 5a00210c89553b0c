"""What a line must be, asked while it grows: of its words, of its beginning or end, and of the whole."""

from collections.abc import Callable
from dataclasses import dataclass

from poemgen.verse.forms import LineForm
from poemgen.verse.meter import fits, fits_from_end, fits_from_start, syllables
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import words


@dataclass(frozen=True)
class Rules:
    """The rules for one line: its form, how words sound, and which words there are."""

    form: LineForm
    sounds: Sounds
    is_word: Callable[[str], bool]
    whole: bool = True  # whether what grows is the whole line, so that its beginning or end must fit the meter

    def syllables(self, text: str) -> int:
        """How many syllables the words of a text have, said as usual."""
        return syllables(self.sounds, text)

    def can_begin(self, text: str) -> bool:
        """Whether the line can begin with these words."""
        if self.form.meter is None or self.form.syllables is None or not self.whole:
            return True
        return fits_from_start(self.sounds, text, self.form.meter, self.form.syllables)

    def can_end(self, text: str) -> bool:
        """Whether the line can end with these words."""
        if self.form.meter is None or self.form.syllables is None or not self.whole:
            return True
        return fits_from_end(self.sounds, text, self.form.meter, self.form.syllables)

    def accept(self, line: str) -> bool:
        """Whether this is such a line."""
        found = words(line)
        if not found or not all(map(self.is_word, found)):
            return False
        if self.form.syllables is not None and self.syllables(line) != self.form.syllables:
            return False
        if self.form.meter is not None and not fits(self.sounds, line, self.form.meter, syllables=self.form.syllables):
            return False
        return not self.form.letter or next(filter(str.isalpha, line), "").upper() == self.form.letter.upper()
