"""What a well-formed flow can still get wrong: each rule a small function with its codes.

Every problem has a stable code, a place, and a hint where one helps; docs/flows.md
lists the codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from boardivr.flows import check_faxes, check_menus, check_paths, check_prompts, check_values
from boardivr.flows.model import Flow, Words
from boardivr.flows.parts import WORDS, Retry, Target
from boardivr.flows.walk import all_steps, every
from boardivr.yamlread import Problem, near

Rule = Callable[[Flow], Iterator[Problem]]


def check(flow: Flow) -> list[Problem]:
    """Return everything that is wrong with a flow, and what deserves a look, in its order."""
    found = {p for rule in RULES for p in rule(flow)}
    return sorted(found, key=lambda p: (p.at, p.code, p.message))


def targets_exist(flow: Flow) -> Iterator[Problem]:
    """``unknown-target``: it leads to what is neither section, menu nor word."""
    known = [str(n) for n in (*flow.menus, *flow.steps)]
    for target in every(Target, flow):
        if target not in known and target not in WORDS:
            message = f"there is no section or menu {str(target)!r}"
            hint = near(target, [*known, *WORDS])
            yield Problem(at=target.at, code="unknown-target", message=message, hint=hint)
    for target in flow.start:
        if target in WORDS:
            message = f"a flow can't start with {str(target)!r}"
            yield Problem(at=target.at, code="unknown-target", message=message)


def starts_somewhere(flow: Flow) -> Iterator[Problem]:
    """``empty-start``: there is nothing to do when a call comes."""
    if not flow.start and flow.at:
        hint = "name sections or menus, as in 'start: [welcome, main]'"
        yield Problem(at=flow.at, code="empty-start", message="'start' is empty", hint=hint)


def names_are_single(flow: Flow) -> Iterator[Problem]:
    """``name-clash``: a section has a menu's name, or a word's."""
    for name in flow.steps:
        if name in flow.menus:
            message = f"{str(name)!r} is a menu already"
            yield Problem(at=name.at, code="name-clash", message=message)
    for name in (*flow.menus, *flow.steps):
        if name in WORDS:
            message = f"{str(name)!r} is a word of the language"
            yield Problem(at=name.at, code="name-clash", message=message, hint="choose another")


def tries_are_counted(flow: Flow) -> Iterator[Problem]:
    """``tries``: fewer than one try."""
    for owner in (flow.defaults, *flow.menus.values(), *all_steps(flow)):
        for retry in (getattr(owner, n, None) for n in ("no_input", "no_match", "wrong")):
            at = getattr(owner, "at", None) or flow.at
            if isinstance(retry, Retry) and retry.tries is not None and retry.tries < 1 and at:
                message = f"expected at least one try, found {retry.tries}"
                yield Problem(at=at, code="tries", message=message)


def rounds_are_said(flow: Flow) -> Iterator[Problem]:
    """``unused-option``: `say` beside `rounds`, which are said instead of it."""
    for owner in (flow.defaults, *flow.menus.values(), *all_steps(flow)):
        for name in ("no_input", "no_match", "wrong"):
            retry, at = getattr(owner, name, None), getattr(owner, "at", None) or flow.at
            if isinstance(retry, Retry) and retry.say and retry.rounds and at:
                message = f"'say' of {name!r} is never said, as there are 'rounds'"
                yield Problem(at=at, code="unused-option", message=message)


def languages_are_offered(flow: Flow) -> Iterator[Problem]:
    """``unknown-language``: words in a language that the flow doesn't have; a warning."""
    known = {*flow.language.all, *flow.language.fallback}
    for languages in flow.prompts.values():
        for language, words in languages.items():
            if language not in known and isinstance(words, Words):
                message = f"the flow has no language {str(language)!r}"
                hint = near(language, known)
                yield Problem(
                    at=language.at, code="unknown-language", message=message, hint=hint,
                    is_warning=True,
                )  # fmt: skip


def steps_are_sound(flow: Flow) -> Iterator[Problem]:
    """What each kind of step finds about itself."""
    for step in all_steps(flow):
        yield from step.check(flow)


RULES: Final[tuple[Rule, ...]] = (
    targets_exist,
    starts_somewhere,
    names_are_single,
    tries_are_counted,
    rounds_are_said,
    languages_are_offered,
    steps_are_sound,
    *check_prompts.RULES,
    *check_menus.RULES,
    *check_values.RULES,
    *check_paths.RULES,
    *check_faxes.RULES,
)
