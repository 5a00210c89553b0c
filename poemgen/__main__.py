"""`python -m poemgen`, and the command `poemgen`."""

import atexit
import gc
import os

GARBAGE = 50_000  # new objects until garbage is looked for; all that is imported is fewer, and none


def main() -> None:
    """Runs the command line, with matrix products on one thread: two workers share the cores without them, and the
    result does not depend on what the environment says of threads. The library reads this when NumPy is imported.

    An eighth of a short call would be the search for garbage among what was imported, and again as Python ends.
    """
    gc.set_threshold(GARBAGE)
    atexit.register(gc.freeze)
    for library in ("OPENBLAS", "MKL", "OMP", "BLIS", "VECLIB_MAXIMUM"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    from poemgen.cli.app import app

    app(prog_name="poemgen")


if __name__ == "__main__":
    main()
