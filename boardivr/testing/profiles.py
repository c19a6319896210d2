"""Customers to walk through a flow with: all functions open, none, each alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boardivr.flows.model import Flow
from boardivr.flows.overlaying import functions_of
from boardivr.flows.parts import Step
from boardivr.flows.steps.input import Input
from boardivr.flows.steps.receive import Receive
from boardivr.flows.steps.send import Send
from boardivr.flows.walk import all_steps, walk
from boardivr.hal import Termination
from boardivr.testing.acts import Answer, Reply
from boardivr.testing.script import Shared

SAMPLES: Mapping[str, str] = {
    "text": "1",
    "number": "1",
    "money": "100.00",
    "yes_no": "yes",
    "date": "2026-09-21",
    "time": "2026-09-21T10:00:00",
}
"""What a host answers where no test says, by the type of the field."""

WORDS: Mapping[str, str] = {"currency": "CNY"}
"""The same by the field's name."""

CARD = "6222020000000001"
PIN = "246813579024"
ANI = "13800000001"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A customer who walks.

    :param hosts: what hosts answer him
    :param is_host_silent: no host answers in time
    """

    name: str
    functions: frozenset[str]
    card: str
    pin: str
    ani: str = ANI
    language: str | None = None
    group: str | None = None
    hosts: Mapping[str, Answer] = field(default_factory=dict)
    is_host_silent: bool = False

    def inputs(self, until: Termination) -> list[str]:
        """Return what he tries where digits are asked for."""
        end = until.digits[:1]
        most = until.max_digits or 1
        if most == 1:
            return list("1234567890*#")
        tried = [self.card + end, self.pin[:most], "1" + end, "1" * most + end, "100" + end]
        return list(dict.fromkeys(keys for keys in tried if len(keys.removesuffix(end)) <= most))


def profiles(flow: Flow, shared: Shared | None = None) -> list[Profile]:
    """Return who walks: all functions open, none, each alone; all with silent hosts.

    And all functions in a group of each overlay.

    :param shared: of the tests beside the flow: their hosts, and one's card and PIN
    """
    shared = shared or Shared()
    names = functions_of(flow)
    person = next(iter(shared.customers.values()), None)
    hosts = {**_sample_hosts(flow), **shared.hosts}
    everyone = Profile(
        name="all functions",
        functions=frozenset(names),
        card=(person.card if person and person.card else None) or _card(flow),
        pin=(person.pin if person and person.pin else None) or PIN[: _pin_length(flow)],
        language=flow.language.default,
        hosts=hosts,
    )
    found = [everyone, dataclasses.replace(everyone, name="none", functions=frozenset())]
    found += [
        dataclasses.replace(everyone, name=f"only {name}", functions=frozenset({name}))
        for name in names
    ]
    found += [
        dataclasses.replace(everyone, name=f"all functions, {overlay.name}", group=str(group))
        for overlay in flow.overlays
        for group in overlay.groups[:1]
    ]
    silent = dataclasses.replace(everyone, name="all functions, silent hosts", is_host_silent=True)
    return [*found, silent] if hosts else found


def _sample_hosts(flow: Flow) -> dict[str, Answer]:
    """Return an answer for each transaction, with the fields that are received after it."""
    fields: dict[str, dict[str, str]] = {}
    for steps in _sequences(flow):
        txn: str | None = None
        for step in steps:
            if isinstance(step, Send):
                txn = step.txn
                fields.setdefault(txn, {})
            elif isinstance(step, Receive) and txn is not None:
                for name, kind in step.fields.items():
                    fields[txn][str(name)] = WORDS.get(name, SAMPLES[kind])
    return {txn: Answer(reply=Reply((row,) if row else ())) for txn, row in fields.items()}


def _sequences(flow: Flow) -> Iterator[Sequence[Step]]:
    for part in walk(flow):
        if isinstance(part, tuple) and part and isinstance(part[0], Step):
            yield part


def _card(flow: Flow) -> str:
    """Return a card number of a length that the flow takes."""
    sources = {str(s.variable) for s in (flow.customer.sources if flow.customer else ())}
    for step in all_steps(flow):
        if isinstance(step, Input) and step.into in sources:
            return (CARD + "0" * 20)[: max(step.digits.least, min(len(CARD), step.digits.most))]
    return CARD


def _pin_length(flow: Flow) -> int:
    for step in all_steps(flow):
        if isinstance(step, Input) and step.verify is not None and step.verify.condition is None:
            return step.digits.most
    return 6
