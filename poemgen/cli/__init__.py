"""The command line: one short file a command, which parses, calls, prints and sets the exit code."""
