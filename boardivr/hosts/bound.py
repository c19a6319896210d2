"""SQL with ``:name`` for what is bound, in the style that a driver wants (PEP 249)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from boardivr.customer import Value

_TOKEN = re.compile(
    r"""('(?:[^']|'')*' | "[^"]*" | --[^\n]* | /\*.*?\*/ | ::)  # left as it is
      | :([A-Za-z_]\w*)
      | (%)""",
    re.VERBOSE | re.DOTALL,
)

_MARKS = {
    "qmark": "?",
    "numeric": ":{number}",
    "named": ":{name}",
    "format": "%s",
    "pyformat": "%({name})s",
}


def names_in(sql: str) -> list[str]:
    """Return the names that a statement binds, in the order in which they come."""
    return [found[2] for found in _TOKEN.finditer(sql) if found[2]]


def bound(
    sql: str, style: str, values: Mapping[str, Value]
) -> tuple[str, list[Value] | dict[str, Value]]:
    """Return a statement as a driver wants it, and what goes with it.

    :param style: the driver's ``paramstyle``: qmark, numeric, named, format or pyformat
    :raises KeyError: a name isn't among the values
    :raises ValueError: no such style
    """
    names = names_in(sql)
    for name in names:
        if name not in values:
            raise KeyError(name)
    if style not in _MARKS:
        raise ValueError(f"expected a paramstyle of PEP 249, found {style!r}")
    number = 0

    def put(found: re.Match[str]) -> str:
        nonlocal number
        if found[2]:
            number += 1
            return _MARKS[style].format(number=number, name=found[2])
        # A percent sign is the driver's own mark here, and anything else as it was written.
        text = found[1] or found[3]
        return text.replace("%", "%%") if names and style in ("format", "pyformat") else text

    text = _TOKEN.sub(put, sql)
    if style in ("named", "pyformat"):
        return text, {name: values[name] for name in names}
    return text, [values[name] for name in names]
