"""JSON Lines: one object a line, whose `text` field is a poem."""

import json
import re
from collections.abc import Iterable, Iterator

from poemgen.errors import PoemgenError
from poemgen.text.lines import lines_of

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def records(blocks: Iterable[str], *, name: str) -> Iterator[str]:
    """The `text` field of every line that is not blank, from a file's text in blocks; `name` is for messages.

    Raises `PoemgenError`, with the line's number, for a line that is no object with such a field.
    """
    for number, line in enumerate(lines_of(blocks), start=1):
        if line.strip():
            yield _record(line, place=f"{name}, line {number}")


def _record(line: str, *, place: str) -> str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "it is nested too deeply or holds too long a number")
        raise PoemgenError(f"{place}: not JSON: {reason}; every line must be an object with a text field") from error
    if not isinstance(record, dict) or "text" not in record:
        raise PoemgenError(f"{place}: no object with a field named text; every line must be one")
    text = record["text"]
    if not isinstance(text, str):
        raise PoemgenError(f"{place}: the field text is not a string; put the poem there, in quotes")
    if _LONE_SURROGATE.search(text):
        raise PoemgenError(f"{place}: the text holds half of a surrogate pair; write the whole character")
    return text
