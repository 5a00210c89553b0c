"""The one family of errors that a user is meant to read.

Whatever a user can mend (a file, an option, a corpus) is raised as a `PoemgenError` whose message is one line that
says what is wrong, where, and what to try next. The command line prints that line and ends with the error's exit
code; any other exception is a fault of poemgen itself.
"""

import re

# C0, DEL, C1, changes of direction, line ends of Unicode, halves of surrogate pairs: what could steer a terminal, or
# cannot be written to it.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")


class PoemgenError(Exception):
    """Something the user can mend; the message is the whole of what the user sees."""

    exit_code = 1


class UsageError(PoemgenError):
    """The request itself makes no sense: an impossible value, or options that contradict each other."""

    exit_code = 2


def visible(text: str) -> str:
    r"""A text that is safe to show on a terminal, in one line: control characters become `\x1b` and the like."""
    return _INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
