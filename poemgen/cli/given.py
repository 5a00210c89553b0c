"""A text that was given on the command line or on standard input: read, cleaned, and what is odd about it said."""

from typing import TYPE_CHECKING

from poemgen.cli.shell import say
from poemgen.errors import PoemgenError

if TYPE_CHECKING:
    from poemgen.text.tokenizer import Vocabulary

BETWEEN_POEMS = "%\n"  # the fortune format, which `train` and `tokenize` read back
MOST_LISTED = 10  # unknown characters


def given_text(text: str, name: str) -> str:
    """The text; `-` reads it from standard input, without the newline at its end. `name` is what it is called."""
    if text != "-":
        return text
    from poemgen.text.decoding import text_blocks
    from poemgen.text.sources import find_sources

    [stdin] = find_sources(["-"])
    try:
        return "".join(text_blocks(stdin)).removesuffix("\n")
    except PoemgenError as error:
        if isinstance(error.__cause__, UnicodeError):  # there is no --encoding to point to
            raise PoemgenError(f"the {name} on standard input is not UTF-8 text; convert it first") from error
        raise


def prepared(text: str, vocabulary: "Vocabulary", name: str, *, known: str = "", quiet: bool) -> str:
    """The text, cleaned like any other; says which characters but those in `known` the model does not know."""
    from poemgen.text.cleaning import clean, describe_dropped

    text, dropped = clean(text)
    unknown = "".join(character for character in vocabulary.unknown(text) if character not in known)
    if dropped and not quiet:
        say(f"left out of the {name}: {describe_dropped(dropped)}")
    if unknown and not quiet:
        say(f"the model does not know {quoted(unknown)}: it reads <UNK> there, and goes on")
    return text


def quoted(characters: str) -> str:
    """The first of the characters, in quotes."""
    shown = [repr(character) for character in characters[:MOST_LISTED]]
    more = len(characters) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
