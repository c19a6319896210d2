"""Calls that are made to go wrong, without the log that an appliance would have of them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings of the flow back: what is wanted to go wrong is no news."""
    logger = logging.getLogger("boardivr")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
