"""JSON as poemgen's files hold it: one meaning only. No key twice, finite numbers, neither deep nor with
values by the thousand."""

import json
import math
import re
from itertools import accumulate
from typing import Any, TypeAlias

JSON: TypeAlias = Any  # what `json.loads` returns; whoever takes a value out checks its type

MAX_MARKS = 20_000  # commas and the like: many more than poemgen writes, few enough to be read in no time
MAX_DEPTH = 32  # the parser and everyone after it recurse, and Python's stack is finite

STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{}]', re.DOTALL)
NESTING = {"[": 1, "{": 1, "]": -1, "}": -1}


def parse_object(text: str) -> dict[str, JSON]:
    """The JSON object that `text` is. Raises ValueError for anything else."""
    if sum(map(text.count, "[{,:")) > MAX_MARKS:
        raise ValueError(f"it has more than {MAX_MARKS:,} brackets, colons and commas")
    if _depth(text) > MAX_DEPTH:
        raise ValueError(f"brackets are nested more than {MAX_DEPTH} deep")
    value = json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_finite)
    if not isinstance(value, dict):
        raise ValueError("it is not an object")
    return value


def compact(value: JSON) -> str:
    """The shortest JSON for a value, the same for equal values, in ASCII. Raises ValueError for infinities and NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _depth(text: str) -> int:
    steps = (NESTING.get(token, 0) for token in STRING_OR_BRACKET.findall(text))
    return max(accumulate(steps), default=0)


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key occurs twice in an object")
    return value


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    return value
