"""`python -m poemgen`, and the command `poemgen`."""

import os


def main() -> None:
    """Runs the command line, with matrix products on one thread: two workers share the cores without them, and the
    result does not depend on what the environment says of threads. The library reads this when NumPy is imported."""
    for library in ("OPENBLAS", "MKL", "OMP", "BLIS", "VECLIB_MAXIMUM"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    from poemgen.cli.app import app

    app(prog_name="poemgen")


if __name__ == "__main__":
    main()
