"""Poems, cleaned, out of everything the user named: the way from sources to strings."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from poemgen.errors import PoemgenError
from poemgen.text.choosing import choose_split
from poemgen.text.cleaning import clean
from poemgen.text.decoding import check_encoding, text_blocks
from poemgen.text.json_lines import records
from poemgen.text.sources import Source, find_sources
from poemgen.text.splitting import Split, is_blank, parse_split, split_poems

SAMPLE_CHARACTERS = 1 << 20


class PoemStream:
    """Iterates once over cleaned poems that hold more than white space; what it counts is complete at the end.

    `split` is the rule in use, `AUTO` until the first poem has come, and for ever if all sources are JSON Lines.
    `poems` and `characters` count what was yielded, `dropped` the characters that cleaning took away.
    """

    def __init__(self, sources: list[Source], *, split: Split, encoding: str, stdin: BinaryIO | None) -> None:
        self.split = split
        self.poems = 0
        self.characters = 0
        self.dropped: Counter[str] = Counter()
        self._sources = sources
        self._encoding = encoding
        self._stdin = stdin

    def __iter__(self) -> Iterator[str]:
        """The poems; raises `PoemgenError` for what cannot be read, and at the end if there was none."""
        for raw_poem in chain(self._records(), self._text_poems()):
            poem, dropped = clean(raw_poem)
            self.dropped.update(dropped)
            if not is_blank(poem):
                self.poems += 1
                self.characters += len(poem)
                yield poem
        if not self.poems:
            raise PoemgenError(f"{self._name()} no text; name a source with a poem in it")

    def _records(self) -> Iterator[str]:
        for source in self._sources:
            if source.holds_records:
                yield from records(self._blocks(source), name=source.name)

    def _text_poems(self) -> Iterator[str]:
        documents = [self._blocks(source) for source in self._sources if not source.holds_records]
        if documents and self.split is Split.AUTO:
            sample, documents[0] = peek(documents[0], SAMPLE_CHARACTERS)
            self.split = choose_split(sample, several=len(documents) > 1)
        if documents:
            yield from split_poems(documents, self.split)

    def _blocks(self, source: Source) -> Iterator[str]:
        return text_blocks(source, encoding=self._encoding, stdin=self._stdin)

    def _name(self) -> str:
        return f"{self._sources[0].name} holds" if len(self._sources) == 1 else f"the {len(self._sources)} sources hold"


def read_poems(
    sources: Iterable[str | Path], *, split: str = "auto", encoding: str = "utf-8", stdin: BinaryIO | None = None
) -> PoemStream:
    """The poems of files, folders, JSON Lines and standard input (`-`), read as they are asked for.

    JSON Lines come first, one poem a record; the other sources follow in their order, split by the rule `split`
    (a `Split`). `stdin` stands in for the standard input. Raises `UsageError` for an unknown rule or encoding and
    `PoemgenError` for a missing source at once; iterating raises `PoemgenError` for text that cannot be read.
    """
    rule, codec = parse_split(split), check_encoding(encoding)
    return PoemStream(find_sources(sources), split=rule, encoding=codec, stdin=stdin)


def peek(blocks: Iterator[str], characters: int) -> tuple[str, Iterator[str]]:
    """The beginning of a text, and the whole text again in blocks."""
    taken: list[str] = []
    length = 0
    for block in blocks:
        taken.append(block)
        length += len(block)
        if length >= characters:
            break
    return "".join(taken)[:characters], chain(taken, blocks)
