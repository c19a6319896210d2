"""Who may import whom: the seams that keep the parts apart."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "boardivr"


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import: who, whom, where in the file, and when it happens.

    :param at_once: when the module is imported; else inside a function, or for types only
    """

    by: str
    of: str
    line: int
    at_once: bool

    def __str__(self) -> str:
        return f"{self.by}:{self.line} imports {self.of}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_in(source: str, by: str) -> list[Import]:
    """Return all imports of a source text."""
    return list(_walk(ast.parse(source), by, at_once=True))


def _walk(node: ast.AST, by: str, at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for name in _imported(child, by):
            yield Import(by=by, of=name, line=child.lineno, at_once=at_once)  # type: ignore[attr-defined]
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for branch in child.body:
                yield from _walk(ast.Module([branch], []), by, at_once=False)
            for branch in child.orelse:
                yield from _walk(ast.Module([branch], []), by, at_once)
            continue
        yield from _walk(child, by, at_once and not later)


def _imported(node: ast.AST, by: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{by}:{node.lineno}: a relative import"
        module = node.module or ""
        # `from boardivr.hal import loopback` imports boardivr.hal.loopback.
        return [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return []


ALL = [
    found
    for path in sorted(PACKAGE.rglob("*.py"))
    for found in imports_in(path.read_text(encoding="utf-8"), module_name(path))
]


def within(name: str, *packages: str) -> bool:
    """Return whether a module is one of these or inside one of them."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


INTERFACE = (
    "boardivr.hal.board",
    "boardivr.hal.channel",
    "boardivr.hal.hooks",
    "boardivr.hal.types",
    "boardivr.hal.errors",
)
DRIVERS = tuple(
    f"boardivr.hal.{path.name}"
    for path in sorted((PACKAGE / "hal").iterdir())
    if (path / "__init__.py").exists() and path.name != "conformance"
)
FOR_FLOWS = (
    *INTERFACE,
    "boardivr.clock",
    "boardivr.customer",
    "boardivr.errors",
    "boardivr.flows",
    "boardivr.prompts.messages",
    "boardivr.prompts.model",
    "boardivr.prompts.later",
    "boardivr.prompts.pieces",
    "boardivr.prompts.tts.markup",
    "boardivr.prompts.volume",
    "boardivr.prompts.wording",
    "boardivr.speech.errors",
    "boardivr.speech.grammar",
    "boardivr.speech.phrases",
    "boardivr.yamlnodes",
    "boardivr.yamlread",
    "boardivr.yamlwords",
)
HEAVY = (
    "numpy",
    "pocketsphinx",
    "pypdfium2",
    "pyttsx3",
    "rich",
    "soundfile",
    "soxr",
    "sqlite_utils",
)


def driver_of(name: str) -> str | None:
    return next((driver for driver in DRIVERS if within(name, driver)), None)


def is_interface_name(name: str) -> bool:
    """Return whether it is the HAL's package, or a name that it gives on from its interface."""
    own = name.removeprefix("boardivr.hal.")
    return name == "boardivr.hal" or (
        within(name, "boardivr.hal") and own[:1].isupper() and "." not in own
    )


def interface_imports_a_driver(one: Import) -> bool:
    """The HAL's interface knows no driver."""
    return within(one.by, *INTERFACE) and within(one.of, *DRIVERS)


def driver_imports_another(one: Import) -> bool:
    """Drivers know nothing of each other; a simulator is an instrument, on the loopback board."""
    driver, other = driver_of(one.by), driver_of(one.of)
    if within(one.by, "boardivr.hal.dialogic_cffi.simulator"):
        return False
    return driver is not None and other is not None and driver != other


def flows_import_more_than_the_interface(one: Import) -> bool:
    """Flows get all else from the application, as Services."""
    return (
        within(one.by, "boardivr.flows")
        and within(one.of, "boardivr")
        and one.of not in ("boardivr", "boardivr.prompts")
        and not is_interface_name(one.of)
        and not within(one.of, *FOR_FLOWS)
    )


def cffi_outside_a_build_module(one: Import) -> bool:
    """Only */_build.py compile; a vendor's library is opened by one module of its driver."""
    opens = one.by == "boardivr.hal.dialogic_cffi.library"
    return within(one.of, "cffi") and not one.by.endswith("._build") and not opens


def sqlite_outside_the_store(one: Import) -> bool:
    """Only store/ knows the database."""
    return within(one.of, "sqlite_utils", "sqlite3") and not within(one.by, "boardivr.store")


def click_outside_the_command_line(one: Import) -> bool:
    """Only cli/ knows click."""
    return within(one.of, "click") and not within(one.by, "boardivr.cli")


def command_line_is_imported(one: Import) -> bool:
    """Nothing is built on the command line."""
    return within(one.of, "boardivr.cli") and not within(one.by, "boardivr.cli")


def store_imports_what_uses_it(one: Import) -> bool:
    """The store knows values and records, nobody who keeps something in it."""
    known = (
        "boardivr.store",
        "boardivr.calls.record",
        "boardivr.clock",
        "boardivr.closing",
        "boardivr.customer",
        "boardivr.errors",
        "boardivr.fax.queue.job",
        "boardivr.fax.inbox.model",
    )
    return (
        within(one.by, "boardivr.store")
        and within(one.of, "boardivr")
        and not within(one.of, *known)
    )


def engine_imports_what_uses_it(one: Import) -> bool:
    """The engine knows audio; no flow, no store, no driver."""
    known = ("boardivr.media", "boardivr.clock", "boardivr.closing", "boardivr.errors", *INTERFACE)
    return (
        within(one.by, "boardivr.media")
        and within(one.of, "boardivr")
        and one.of != "boardivr"
        and not is_interface_name(one.of)
        and not within(one.of, *known)
    )


def heavy_at_once(one: Import) -> bool:
    """What takes long to import is imported by the function that needs it."""
    return within(one.of, *HEAVY) and one.at_once


RULES = [
    interface_imports_a_driver,
    driver_imports_another,
    flows_import_more_than_the_interface,
    cffi_outside_a_build_module,
    sqlite_outside_the_store,
    click_outside_the_command_line,
    command_line_is_imported,
    store_imports_what_uses_it,
    engine_imports_what_uses_it,
    heavy_at_once,
]


@pytest.mark.parametrize("breaks", RULES, ids=lambda rule: rule.__name__)
def test_nobody_breaks(breaks: Callable[[Import], bool]) -> None:
    """No import of the package breaks the rule."""
    assert [str(one) for one in ALL if breaks(one)] == []


@pytest.mark.parametrize(
    ("breaks", "by", "source"),
    [
        (interface_imports_a_driver, "boardivr.hal.board", "from boardivr.hal import loopback"),
        (
            flows_import_more_than_the_interface,
            "boardivr.flows.steps.play",
            "def f():\n    from boardivr.store import Store",
        ),
        (
            flows_import_more_than_the_interface,
            "boardivr.flows.run",
            "import boardivr.hal.registry",
        ),
        (cffi_outside_a_build_module, "boardivr.media.engine", "import cffi"),
        (cffi_outside_a_build_module, "boardivr.hal.dialogic_cffi.srl", "import cffi"),
        (sqlite_outside_the_store, "boardivr.calls.trace", "import sqlite3"),
        (click_outside_the_command_line, "boardivr.app", "from click import echo"),
        (command_line_is_imported, "boardivr.app", "from boardivr.cli.output import progress"),
        (store_imports_what_uses_it, "boardivr.store.calls", "import boardivr.calls.session"),
        (engine_imports_what_uses_it, "boardivr.media.port", "from boardivr.flows import menu"),
        (heavy_at_once, "boardivr.prompts.level", "try:\n    import numpy as np\nfinally: pass"),
    ],
)
def test_a_breach_is_found(breaks: Callable[[Import], bool], by: str, source: str) -> None:
    """Each rule finds the import that it is there for."""
    assert any(breaks(one) for one in imports_in(source, by))


@pytest.mark.parametrize(
    ("by", "source"),
    [
        ("boardivr.flows.run", "from boardivr.hal import CallEnded, Channel"),
        ("boardivr.flows.run", "from boardivr.flows.services import Services"),
        ("boardivr.media._build", "from cffi import FFI"),
        ("boardivr.store.store", "def f():\n    from sqlite_utils import Database"),
        (
            "boardivr.store.store",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sqlite_utils",
        ),
        ("boardivr.cli.output", "import click\nfrom boardivr.cli.context import AppContext"),
        ("boardivr.hal.loopback.line", "from boardivr.hal.loopback import exchange"),
    ],
)
def test_what_is_allowed(by: str, source: str) -> None:
    """What the design allows breaks no rule."""
    assert [rule.__name__ for rule in RULES for one in imports_in(source, by) if rule(one)] == []


def test_there_is_something_to_check() -> None:
    """The imports of the package were found."""
    assert any(one.by == "boardivr.hal.hooks" and one.of == "boardivr.clock" for one in ALL)
    assert "boardivr.hal.loopback" in DRIVERS
