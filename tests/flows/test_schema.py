"""The JSON Schema: it takes every flow that ships, and refuses what the reader refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from boardivr.flows.loader import flow_files
from boardivr.flows.schema import overlay_schema, schema
from boardivr.flows.starter import FLOW
from boardivr.flows.steps import kinds

FLOWS = flow_files(Path(__file__).parents[2] / "flows")
OVERLAYS = [
    *(Path(__file__).parents[2] / "flows").glob("*.overlay.yaml"),
    *(
        p
        for p in (Path(__file__).parent / "broken" / "overlays").glob("*.overlay.yaml")
        if "unknown-place: " in p.read_text("utf-8")  # its form is as it should be
    ),
]
TYPES: dict[str, Any] = {
    "string": str, "boolean": bool, "object": dict, "array": list, "null": type(None),
}  # fmt: skip


def fits(value: Any, want: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value is as a schema wants it: those words of JSON Schema that ours uses."""
    if "$ref" in want:
        return fits(value, root["$defs"][want["$ref"].rpartition("/")[2]], root)
    if "anyOf" in want and not any(fits(value, one, root) for one in want["anyOf"]):
        return False
    if "enum" in want and value not in want["enum"]:
        return False
    if "type" in want and not any(is_a(value, word) for word in words(want["type"])):
        return False
    if "pattern" in want and isinstance(value, str) and not re.search(want["pattern"], value):
        return False
    if isinstance(value, list) and "items" in want:
        return all(fits(item, want["items"], root) for item in value)
    if isinstance(value, dict):
        return fits_mapping(value, want, root)
    return True


def fits_mapping(value: dict[Any, Any], want: dict[str, Any], root: dict[str, Any]) -> bool:
    known, rest = want.get("properties", {}), want.get("additionalProperties", True)
    for key, inner in value.items():
        if str(key) in known:
            if not fits(inner, known[str(key)], root):
                return False
        elif rest is False or (isinstance(rest, dict) and not fits(inner, rest, root)):
            return False
    return all(word in value for word in want.get("required", ()))


def words(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


def is_a(value: Any, word: str) -> bool:
    if word in ("number", "integer"):
        kind = int if word == "integer" else (int, float)
        return isinstance(value, kind) and not isinstance(value, bool)
    return isinstance(value, TYPES[word])


class Plain(yaml.SafeLoader):
    """YAML as editors read it: version 1.2, where `yes`, `on` and dates are text."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found
            if not tag.endswith(("timestamp", "bool", "value", "merge"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # fmt: skip


def read(text: str) -> Any:
    return json.loads(json.dumps(yaml.load(text, Plain)))


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
def test_flows_that_ship_fit(path: Path) -> None:
    """Each shipped flow is as the schema says."""
    root = schema()
    flow = read(path.read_text("utf-8"))

    for key, value in flow.items():
        assert fits(value, root["properties"][key], root), key
    assert fits(flow, root, root)


def test_the_starter_fits() -> None:
    """So is what `flow new` writes."""
    assert fits(read(FLOW.format(name="x")), schema(), schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("start: [greet, main]", "strat: [greet, main]"),
        ("after: 10s", "after: 10"),
        ("- play: welcome", "- ply: welcome"),
        ("interrupt: no", "interupt: no"),
        ("go: tell_hours", "goto: tell_hours"),
        ("boardivr: 1", "boardivr: 2"),
        ("then: [{play: no_orders}]", "then: [{play: {nmber: 1}}]"),
        ("flow: x\n", ""),
    ],
)  # fmt: skip
def test_mistakes_do_not_fit(old: str, new: str) -> None:
    """What the reader would refuse, the editor marks as well."""
    text = FLOW.format(name="x")
    assert old in text

    assert not fits(read(text.replace(old, new, 1)), schema(), schema())


def test_every_step_and_key_is_in_it() -> None:
    """A new kind of step is in the schema by itself."""
    steps = schema()["$defs"]["step"]["anyOf"]

    assert steps[0]["enum"] == sorted(kinds())
    assert [step["required"][0] for step in steps[1:]] == sorted(kinds())
    json.dumps(schema())


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.name)
def test_overlays_fit(path: Path) -> None:
    """An overlay is as its schema says, whatever it names."""
    overlay = read(path.read_text("utf-8"))
    root = overlay_schema()

    assert fits(overlay, root, root)
    assert not fits({**overlay, "change": {"main": [{"delete": "tag"}]}}, root, root)
    assert not fits({**overlay, "grops": []}, root, root)
