"""A real terminal that nobody looks at."""

import fcntl
import os
import pty
import struct
import termios
from pathlib import Path
from typing import Any

from commands import PATIENCE, start


def in_terminal(
    *arguments: str | Path,
    cwd: Path,
    columns: int = 80,
    type_when: tuple[bytes, bytes] | None = None,
    variables: dict[str, str] | None = None,
) -> tuple[int, str]:
    """The exit code and all that a terminal got. `type_when` are a text to wait for and the keys to hit then."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    terminal = {"TERM": "xterm-256color"} | (variables or {})
    streams: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "preexec_fn": own_terminal}
    process = start(*arguments, cwd=cwd, env=terminal, **streams)
    os.close(theirs)
    got = b""
    while block := read_block(ours):
        got += block
        if type_when and type_when[0] in got:
            os.write(ours, type_when[1])
            type_when = None
    os.close(ours)
    return process.wait(PATIENCE), got.decode()


def own_terminal() -> None:
    """Makes standard input the terminal whose keys send signals."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def read_block(descriptor: int) -> bytes:
    """What the terminal got next; nothing at its end."""
    try:
        return os.read(descriptor, 65536)
    except OSError:  # all others have closed it
        return b""
