"""Hosts that answer as a test says, in the line's time: nobody is really asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from boardivr.customer import Value
from boardivr.flows.services import HostError, HostTimeout
from boardivr.testing.acts import Answer, HostStep


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One transaction as a host got it.

    :param key: the idempotency key
    """

    host: str
    txn: str
    data: Mapping[str, Value]
    key: str
    within: float

    def text(self, name: str) -> str | None:
        """Return a field as a test writes it; None where it wasn't sent."""
        value = self.data.get(name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return None if value is None else str(value)


class ScriptedHosts:
    """Implements :class:`boardivr.flows.services.Hosts`.

    :param usual: by transaction, what is answered each time
    :param steps: answers that are given once, in this order for each transaction
    :param pause: lets the line's time pass
    """

    def __init__(
        self,
        usual: Mapping[str, Answer],
        steps: Sequence[HostStep] = (),
        *,
        pause: Callable[[float], None],
    ) -> None:
        self.asked: list[Asked] = []
        self._usual = dict(usual)
        self._pause = pause
        self._once: defaultdict[str, list[Answer | None]] = defaultdict(list)
        for step in steps:
            self._once[step.txn].append(step.answer)

    def answer(self, txn: str, answer: Answer) -> None:
        """Have a transaction answered so from now on."""
        self._usual[txn] = answer

    def call(
        self, host: str, txn: str, data: Mapping[str, Value], within: float, key: str
    ) -> Sequence[Mapping[str, Value]]:
        """Answer as the test says.

        :raises HostTimeout: the answer comes too late
        :raises HostError: the test refuses, or says nothing about this transaction
        """
        self.asked.append(Asked(host=host, txn=txn, data=dict(data), within=within, key=key))
        waiting = self._once[txn]
        usual = self._usual.get(txn)
        answer = (waiting.pop(0) if waiting else None) or usual
        if answer is None:
            raise HostError(f"the test has no answer to {txn!r}")
        delay = answer.delay or 0.0
        self._pause(min(delay, within))
        if delay >= within:
            raise HostTimeout(f"{host} {txn}: no answer within {within:g} s")
        if answer.error is not None:
            raise HostError(f"{host} {txn}: {answer.error}")
        reply = answer.reply or (usual.reply if usual else None)  # a delay alone is just late
        return [dict(row) for row in reply.rows] if reply else []
