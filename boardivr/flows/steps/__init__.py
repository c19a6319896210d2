"""The kinds of steps, one file each.

A new kind is a new file here with a subclass of :class:`boardivr.flows.parts.Step`
that names its ``kind``; nothing else has to know about it.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from boardivr.flows.parts import Step


@functools.cache
def kinds() -> Mapping[str, type[Step]]:
    """Return the kinds of steps by their words."""
    found: dict[str, type[Step]] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
            if isinstance(value, type) and issubclass(value, Step) and value.kind:
                found[value.kind] = value
    return found
