"""`python -m poemgen`, and the command `poemgen`."""

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress

from poemgen.cli.interrupts import SIGNALS, Interrupted, interrupt

PATIENCE = 50_000  # new objects before the garbage collector looks for any: more than a short call makes


def main() -> None:
    """Runs the command line, with matrix products on one thread: two workers share the cores without them, and the
    result does not depend on what the environment says of threads. The library reads this when NumPy is imported.

    The garbage collector would spend an eighth of a short call on the modules just imported: it waits, and at exit it
    skips them.

    Ctrl-C and SIGTERM are answered from here on, until all is done and Python only has to end.
    """
    for number in SIGNALS:
        signal.signal(number, interrupt)
    gc.set_threshold(PATIENCE)
    atexit.register(gc.freeze)
    for library in ("OPENBLAS", "MKL", "OMP", "BLIS", "VECLIB_MAXIMUM"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    try:
        from poemgen.cli.app import app

        app(prog_name="poemgen")
    except Interrupted as error:  # before the command line could answer
        with suppress(OSError):
            os.write(2, b"poemgen: interrupted\n")
        sys.exit(error.exit_code)
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
