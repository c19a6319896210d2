"""A pytest plugin: the options of the conformance suite when it runs on one board.

::

    pytest -p boardivr.hal.conformance_plugin --board URL --pyargs boardivr.hal.conformance_run

A loopback board brings its own far ends. Any other board is wired back to back
with a second one, ``--far-end URL``, whose channels make the calls
(:mod:`boardivr.hal.backtoback`).
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("boardivr", "conformance of telephone boards")
    group.addoption("--board", metavar="URL", help="board under test")
    group.addoption("--far-end", metavar="URL", help="board whose channels call it")
    group.addoption(
        "--number", metavar="NUMBER", action="append", default=[],
        help="number that reaches the board's first line from its far end; again: its second",
    )  # fmt: skip
