"""Every name of the vendor's that the driver uses is in the facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import boardivr.hal.dialogic_cffi as package
from boardivr.hal.dialogic_cffi import facts, library, names
from boardivr.hal.dialogic_cffi.names import C

FILES = sorted(Path(package.__path__[0]).glob("*.py"))


def test_constants() -> None:
    """A constant that isn't in the facts would fail only when it is needed."""
    used = {name for file in FILES for name in re.findall(r"\bC\.([A-Z]\w+)", file.read_text())}
    assert used - set(facts.constants()) == set()
    assert len(used) > 100


def test_functions() -> None:
    """Every function that is called is asked for, and every one asked for has a signature."""
    text = "".join(file.read_text() for file in FILES)
    called = set(re.findall(r"\bapi\.((?:dx|ag|gc|fx|sr|dcb|ATDX|ATFX|ATDV|SRL)\w*)\(", text))
    parts = (
        library.SRL, library.MAPPER, library.VOICE, library.GLOBAL_CALL, library.CONFERENCE,
        library.FAX,
    )  # fmt: skip
    asked = {name for part in parts for name in part.functions}
    assert called - asked == set()
    assert asked - set(facts.functions()) == set()


def test_names_of_events() -> None:
    """Events are told by name; those without one by number."""
    assert names.event(C.TDX_PLAY) == "TDX_PLAY"
    assert names.event(C.GCEV_OFFERED) == "GCEV_OFFERED"
    assert names.event(0x7777) == "event 0x7777"


def test_no_such_name() -> None:
    """A wrong name is an error at once."""
    with pytest.raises(AttributeError, match="no constant TDX_NONSENSE"):
        _ = C.TDX_NONSENSE
