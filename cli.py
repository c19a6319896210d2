"""``python cli.py``: the command line from a checkout, as ``boardivr`` is when installed."""

from boardivr.cli import main

if __name__ == "__main__":
    main()
