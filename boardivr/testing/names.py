"""Names in tests that their flow doesn't have: found before a call is made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boardivr.flows.menu import MORE
from boardivr.flows.model import Flow
from boardivr.testing.acts import Act, Hear, Heard, HearMenu, NotHeard, Words
from boardivr.testing.script import Case, Script
from boardivr.yamlread import Name, Problem, near


def known_names(script: Script, flow: Flow) -> list[Problem]:
    """Return what is wrong with a file of tests for this flow."""
    steps = [step for steps in script.shared.calls.values() for step in steps]
    found = list(_steps(steps, flow))
    for case in script.cases:
        found += _steps(case.call, flow)
        found += _case(case, flow)
    people = [*script.shared.customers.values(), *(c.customer for c in script.cases if c.customer)]
    for person in people:
        found += _functions(person.functions or (), flow)
        found += _items((*(person.order or ()), *(person.hide or ())), flow)
        found += _languages((person.language,), flow)
    return found


def _steps(steps: list[Act] | tuple[Act, ...], flow: Flow) -> Iterator[Problem]:
    for step in steps:
        if isinstance(step, Hear | NotHeard):
            yield from _prompts(step.what, flow)
        elif isinstance(step, HearMenu):
            yield from _items(tuple(step.choices.values()), flow)


def _case(case: Case, flow: Flow) -> Iterator[Problem]:
    expect = case.expect
    for heard in (expect.heard, expect.not_heard):
        if heard is not None:
            yield from _prompts(heard, flow)
    names = (*(expect.path or ()), *(expect.order or ()), *(expect.hide or ()))
    yield from _items(names, flow)
    yield from _functions(expect.functions or (), flow)
    yield from _overlay(case, flow)
    yield from _languages((case.language, expect.language), flow)


def _prompts(heard: Heard, flow: Flow) -> Iterator[Problem]:
    """``unknown-prompt``: it looks like a prompt's id, and isn't one."""
    for words in heard.words:
        id, _, language = words.partition("@")
        looks_so = re.fullmatch(r"[a-z]\w*_\w+", id, re.ASCII) or (language and ":" not in id)
        if looks_so and id not in flow.prompt_ids:
            yield _unknown("prompt", words, id, sorted(flow.prompt_ids))
        elif looks_so and language and language not in flow.language.all:
            yield _unknown("language", words, language, map(str, flow.language.all))


def _items(names: tuple[Name, ...], flow: Flow) -> Iterator[Problem]:
    """``unknown-item``: no menu has such a choice."""
    known = {MORE, *map(str, flow.defaults.always)}
    for menu in (menu for variant in flow.variants for menu in variant.menus.values()):
        known |= {str(id) for id in (*menu.items, *menu.always)}
    for name in names:
        if name not in known:
            yield _unknown("item", name, name, sorted(known))


def _functions(names: tuple[Name, ...], flow: Flow) -> Iterator[Problem]:
    """``unknown-service``: it isn't under ``functions``."""
    for name in names:
        if flow.functions and name not in flow.functions:
            yield _unknown("service", name, name, map(str, flow.functions))


def _overlay(case: Case, flow: Flow) -> Iterator[Problem]:
    """``unknown-overlay``, ``unknown-group``: the flow has no such overlay, or none for it."""
    overlays = {str(overlay.name): overlay for overlay in flow.overlays}
    name = case.expect.overlay
    if name is not None and name not in overlays:
        yield _unknown("overlay", name, name, overlays)
    groups = [str(group) for overlay in flow.overlays for group in overlay.groups]
    if case.group is not None and case.group not in groups:
        yield _unknown("group", case.group, case.group, groups)


def _languages(names: tuple[Name | None, ...], flow: Flow) -> Iterator[Problem]:
    for name in names:
        if name is not None and name not in flow.language.all:
            yield _unknown("language", name, name, map(str, flow.language.all))


def _unknown(what: str, name: Name | Words, text: str, known: object) -> Problem:
    words = {"service": "function", "item": "menu item"}
    message = f"the flow has no {words.get(what, what)} {str(text)!r}"
    hint = near(text, known)  # type: ignore[arg-type]
    return Problem(at=name.at, code=f"unknown-{what}", message=message, hint=hint)
