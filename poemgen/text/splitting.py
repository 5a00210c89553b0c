r"""From text to poems: the rules by which a text falls into poems, each applied as the text streams by.

A poem is exactly the characters between two separators, less the newline that ends its last line, so that
`"\n%\n".join(poems) + "\n"` writes a file of poems back unchanged.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from poemgen.errors import UsageError
from poemgen.text.lines import lines_of

PERCENT = "%"


class Split(StrEnum):
    """What stands between two poems."""

    AUTO = "auto"
    PERCENT = "percent"
    BLANK_LINES = "blank-lines"
    BLANK_LINE = "blank-line"
    LINE = "line"
    FILE = "file"
    NONE = "none"


def parse_split(name: str) -> Split:
    """The rule of that name; raises `UsageError` if there is none."""
    try:
        return Split(name)
    except ValueError as error:
        raise UsageError(f"unknown split {name!r}; --split takes one of {', '.join(Split)}") from error


def split_poems(documents: Iterable[Iterable[str]], rule: Split) -> Iterator[str]:
    """The poems of several documents, each given as blocks of text that may end anywhere.

    Holds one poem in memory at a time. The end of a document ends a poem, except under `Split.NONE`. Some poems may be
    empty.
    """
    if rule is Split.NONE:
        yield one_stream(documents)
        return
    for blocks in documents:
        yield from _split_document(blocks, rule)


def _split_document(blocks: Iterable[str], rule: Split) -> Iterable[str]:
    match rule:
        case Split.PERCENT:
            return split_at_percent(lines_of(blocks))
        case Split.BLANK_LINES:
            return split_at_blank_lines(lines_of(blocks), at_least=2)
        case Split.BLANK_LINE:
            return split_at_blank_lines(lines_of(blocks), at_least=1)
        case Split.LINE:
            return lines_of(blocks)
        case Split.FILE:
            return ["".join(blocks).removesuffix("\n")]
        case _:
            raise ValueError(f"{rule} is no rule that splits a document")


def split_at_percent(lines: Iterable[str]) -> Iterator[str]:
    """Poems between lines that hold `%` and nothing else, the format of `fortune`."""
    poem: list[str] = []
    for line in lines:
        if line == PERCENT:
            yield "\n".join(poem)
            poem = []
        else:
            poem.append(line)
    yield "\n".join(poem)


def split_at_blank_lines(lines: Iterable[str], *, at_least: int) -> Iterator[str]:
    """Poems between runs of `at_least` blank lines; shorter runs belong to a poem, but never begin or end one."""
    poem: list[str] = []
    blanks: list[str] = []
    for line in lines:
        if is_blank(line):
            blanks.append(line)
            continue
        if len(blanks) >= at_least:
            yield "\n".join(poem)
            poem = []
        elif poem:
            poem += blanks
        poem.append(line)
        blanks = []
    yield "\n".join(poem)


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: it is empty, or all white space."""
    return not text or text.isspace()


def one_stream(documents: Iterable[Iterable[str]]) -> str:
    """All documents one after the other, to the last character; each begins on a new line."""
    pieces: list[str] = []
    for blocks in documents:
        if pieces and not pieces[-1].endswith("\n"):
            pieces.append("\n")
        pieces += filter(None, blocks)
    return "".join(pieces)
