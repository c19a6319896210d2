"""``send``: send a transaction to a host and keep its answer for ``receive``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from boardivr.customer import Value
from boardivr.flows.answers import answer_text
from boardivr.flows.asking import end_of
from boardivr.flows.evaluate import Scope, evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.model import Flow
from boardivr.flows.parts import Branch, Next, Step, Way
from boardivr.flows.run import Run
from boardivr.flows.services import HostError, HostTimeout
from boardivr.flows.values import FlowFault, Secret, kind_of
from boardivr.flows.waiting import WhileWaiting, ask
from boardivr.yamlread import Name, Problem, Seconds

HOST_WITHIN = 5.0  # the source documents' time: no answer, the transaction failed


@dataclass(frozen=True, kw_only=True)
class Send(Step):
    """``- send: {host: core, txn: balance, data: {customer: $customer.id}}``

    :param within: seconds for the answer
    :param on_timeout: no answer in time; else as ``on_error``
    :param on_error: the host refused; else as in ``defaults``
    :param while_waiting: said while the host works
    """

    kind: ClassVar[str] = "send"

    host: Name
    txn: str
    data: dict[Name, Given] = field(default_factory=dict)
    within: Seconds | None = None
    on_timeout: Branch | None = None
    on_error: Branch | None = None
    while_waiting: WhileWaiting | None = None

    def check(self, flow: Flow) -> Iterator[Problem]:
        within = self.within or flow.defaults.host.within or HOST_WITHIN
        if self.while_waiting is not None and self.while_waiting.after >= within and self.at:
            message = f"'while_waiting' is never said: the host has {within:g} s"
            yield Problem(at=self.at, code="unused-option", message=message)

    def ways(self, flow: Flow) -> Iterator[Way]:
        yield from super().ways(flow)
        rules = flow.defaults.host
        for own, usual in ((self.on_timeout, rules.on_timeout), (None, rules.on_error)):
            if own is None and self.on_error is None and usual is not None:
                yield Way(branch=usual, is_silent=True)

    def perform(self, run: Run) -> Next | None:
        rules = run.flow.defaults.host
        written = self.within if self.within is not None else rules.within
        within = run.seconds("host", HOST_WITHIN if written is None else written)
        data = _data(self.data, run.scope())
        run.note(host=self.host, txn=self.txn)
        run.answer = None
        what = hashlib.sha256(repr((self.at, data)).encode()).hexdigest()
        try:
            key, hosts = run.send_key(what), run.services.hosts
            rows = ask(
                run,
                lambda: hosts.call(self.host, self.txn, data, within, key),
                self.while_waiting,
            )
        except HostTimeout as error:
            run.note(failed=f"no answer within {within:g} s")
            return self._failed(run, error, self.on_timeout or self.on_error or rules.on_timeout)
        except HostError as error:
            run.note(failed=str(error))
            return self._failed(run, error, self.on_error)
        del run.send_keys[what]
        run.answer = [dict(row) for row in rows]
        run.note(rows=len(rows), answer=answer_text(rows))
        return None

    def _failed(self, run: Run, error: HostError, branch: Branch | None) -> Next:
        branch = branch or run.flow.defaults.host.on_error
        if branch is None:
            raise FlowFault(f"{self.host}: {self.txn} failed: {error}")
        return end_of(branch, "host")


def _data(given: dict[Name, Given], scope: Scope) -> dict[str, Value]:
    """Work out the fields; a secret is told to the host, and to nobody else."""
    data: dict[str, Value] = {}
    for name, expression in given.items():
        value = evaluate(expression, scope)
        if isinstance(value, Secret):
            data[name] = value.reveal()
        elif isinstance(value, dict | list | tuple):
            raise FlowFault(f"{expression.at}: {kind_of(value)} can't be sent as a field")
        else:
            data[name] = value  # type: ignore[assignment]
    return data
