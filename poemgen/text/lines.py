"""Lines of a text that comes in blocks."""

from collections.abc import Iterable, Iterator


def lines_of(blocks: Iterable[str]) -> Iterator[str]:
    r"""The lines without their "\n", which is the only character that ends one; blocks may end anywhere.

    The end of the text ends the last line, so "a\n" is one line, as "a" is.
    """
    unfinished: list[str] = []
    for block in blocks:
        first, *others = block.split("\n")
        unfinished.append(first)
        if others:
            yield "".join(unfinished)
            yield from others[:-1]
            unfinished = others[-1:]
    if last := "".join(unfinished):
        yield last
