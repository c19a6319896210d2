"""docs/flows.md knows every step, key, function and check code, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boardivr.flows import model
from boardivr.flows.evaluate import FUNCTIONS
from boardivr.flows.model import Flow
from boardivr.flows.overlay import EDITS, Overlay, Switched
from boardivr.flows.parts import SPOKEN, WORDS, Retry, Step
from boardivr.flows.steps import kinds
from boardivr.yamlread import keys_of, read_text

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "flows.md").read_text("utf-8")
RECORDS = [
    Flow, model.Languages, model.CustomerRules, model.Menu, model.Item, model.Always,
    model.Defaults, model.HostRules, model.Limits, model.KeyRules, Retry, Overlay, Switched,
    *EDITS.values(),
]  # fmt: skip


def section(title: str) -> str:
    parts = re.split(rf"^###? {re.escape(title)}$", DOCS, flags=re.MULTILINE)
    assert len(parts) == 2, f"docs/flows.md has no section {title!r}"
    return re.split(r"^###? ", parts[1], flags=re.MULTILINE)[0]


def is_named(word: str, text: str) -> bool:
    return re.search(rf"`[^`\n]*(?<!\w){re.escape(word)}(?!\w)[^`\n]*`", text) is not None


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_step_is_documented(kind: str) -> None:
    """A step has a section that names each of its keys, with examples that can be read."""
    text = section_of_step(kind)

    assert [key for key in keys_of(kinds()[kind]) if not is_named(key, text)] == []
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    steps = read_text(example, "docs", tuple[Step, ...])  # type: ignore[arg-type]
    assert kind in {step.kind for step in steps}


def section_of_step(kind: str) -> str:
    """A section below "Steps": a key of the file may have one of the same title before."""
    after = DOCS.split("\n## Steps\n")[1]
    return re.split(r"^###? ", after.split(f"\n### `{kind}`\n")[1], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.__name__)
def test_every_key_is_documented(record: type) -> None:
    """Each key of the file, of menus, items and defaults is named before the steps."""
    text = DOCS.split("\n## What is said\n")[0]

    assert [key for key in keys_of(record) if not is_named(key, text)] == []


def codes() -> set[str]:
    """Every code that the source gives to a problem."""
    files = [*(ROOT / "boardivr").glob("yaml*.py"), *(ROOT / "boardivr" / "flows").rglob("*.py")]
    files.append(ROOT / "boardivr" / "speech" / "checking.py")
    found: set[str] = set()
    for file in files:
        text = file.read_text("utf-8")
        found.update(re.findall(r'code(?:: str)? ?= ?"([a-z-]+)"', text))
        found.update(re.findall(r'complain\(\s*\w+,\s*"([a-z-]+)"', text))
        found.update(re.findall(r'invalid\([^)]*, "(unknown-[a-z]+)"\)', text))
    return found


def test_every_code_is_documented() -> None:
    """The table of codes has exactly those that can come."""
    table = DOCS.split("\n## What `flow check` finds\n")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))

    assert documented == codes()


def test_every_code_has_a_broken_flow() -> None:
    """The corpus of broken flows has each code at least once."""
    shown = "".join(p.read_text("utf-8") for p in (ROOT / "tests/flows/broken").rglob("*.yaml"))
    elsewhere = {
        "unreadable",
        "duplicate-flow",
        "no-pronunciation",  # tests/cli/test_speech.py
    }  # need other files than one

    assert {c for c in codes() - elsewhere if f": {c}: " not in shown} == set()


def test_functions_words_and_ways_are_documented() -> None:
    """Each function of expressions, way to say a value and target word is named."""
    assert [name for name in FUNCTIONS if f"| `{name}(" not in DOCS] == []
    assert [way for way in SPOKEN if not is_named(way, section("What is said"))] == []
    assert [word for word in WORDS if not is_named(word, section("Targets and branches"))] == []


def test_the_first_example_is_a_flow() -> None:
    """The flow that the page begins with can be run as it stands."""
    from boardivr.flows.check import check

    example = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)[0]

    assert check(read_text(example, "docs", Flow)) == []
