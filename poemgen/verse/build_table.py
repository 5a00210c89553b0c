"""Makes the table of pronunciations from CMUdict: `python -m poemgen.verse.build_table cmudict.dict`.

The table is sorted text, a word a line: `moon mu1n`, the ways to say it in CMUdict's order, in the code of
`poemgen.verse.phones`. What is no plain word (a hyphen, a full stop, a digit) stays out, and so does what rules give:
the possessives.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from poemgen.verse.phones import encode
from poemgen.verse.table import TABLE

HEADING = "# Made from CMUdict by poemgen/verse/build_table.py; its terms stand in PRONUNCIATIONS-LICENSE.txt"
_WORD = re.compile("'?[a-z][a-z']*")
_POSSESSIVE = re.compile("'s$|s'$")
_NUMBER = re.compile(r"\(\d+\)$")


def entries(source: Iterable[str]) -> dict[str, list[str]]:
    """The ways to say each word, from lines in CMUdict's format: `again(2) AH0 G EY1 N # a remark`."""
    found: dict[str, list[str]] = {}
    for line in source:
        name, _, phones = line.partition("#")[0].strip().partition(" ")
        word = _NUMBER.sub("", name)
        if _WORD.fullmatch(word) and not _POSSESSIVE.search(word):
            ways = found.setdefault(word, [])
            if (said := encode(phones)) not in ways:
                ways.append(said)
    return found


def table_text(source: Iterable[str]) -> str:
    """The whole table, its words in the order of their bytes."""
    lines = (" ".join([word, *ways]) for word, ways in sorted(entries(source).items()))
    return "\n".join([HEADING, *lines]) + "\n"


def main(path: str) -> None:
    """Writes the table of a CMUdict file over the one that the package has."""
    with Path(path).open(encoding="utf-8") as source:
        TABLE.write_text(table_text(source), encoding="ascii", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
