"""Rules about faxes: where a calling machine goes, and what documents there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boardivr.flows.model import Flow
from boardivr.flows.parts import WORDS, Step, Target
from boardivr.flows.walk import every, walk
from boardivr.yamlread import Problem

TAKES = "fax_receive"


def faxes_are_taken(flow: Flow) -> Iterator[Problem]:
    """``fax-not-taken``: `on_fax` leads to steps none of which takes the fax."""
    branch = flow.defaults.on_fax
    if branch is None or (branch.target is not None and branch.target in WORDS):
        return
    at = branch.target.at if branch.target else next((s.at for s in branch.steps), None)
    start = [str(branch.target)] if branch.target else []
    if at and not any(step.kind == TAKES for step in _reached(flow, branch.steps, start)):
        message = "'on_fax' leads to nothing that takes a fax"
        yield Problem(at=at, code="fax-not-taken", message=message, hint="add 'fax_receive'")


def _reached(flow: Flow, steps: Sequence[Step], names: Sequence[str]) -> Iterator[Step]:
    """Yield the steps that may be done, from some steps and from sections or menus on."""
    waiting, known = [*names], set(names)
    found: list[object] = list(steps)
    while found or waiting:
        if not found:
            name = waiting.pop()
            found = [flow.section(name) or (), flow.menu(name)]
        for part in walk(found.pop(), lambda _: True):
            if isinstance(part, Step):
                yield part
            if isinstance(part, Target) and part not in known:
                known.add(str(part))
                waiting.append(str(part))


def documents_have_languages(flow: Flow) -> Iterator[Problem]:
    """``document-language``: a document that is faxed isn't there in a language of the flow."""
    faxed = {str(getattr(step, "document", "")) for step in every(Step, flow)}
    for name in flow.documents:
        missing = [tag for tag in flow.language.all if flow.document(name, tag) is None]
        if missing and name in faxed:
            message = f"the document {str(name)!r} has no words in {', '.join(missing)}"
            yield Problem(at=name.at, code="document-language", message=message)


RULES = (faxes_are_taken, documents_have_languages)
