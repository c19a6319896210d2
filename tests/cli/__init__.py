"""The command line, run inside the process."""
