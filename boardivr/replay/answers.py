"""What a replayed call gets from elsewhere: its customer and its hosts, as they answered then."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

from boardivr.calls.masking import ANSWER
from boardivr.customer import Customer, PinVerdict, Value
from boardivr.flows.answers import MOST_ROWS
from boardivr.flows.services import (
    FaxDone,
    FaxPaper,
    FaxRefused,
    HostError,
    HostTimeout,
    NoFaxes,
)
from boardivr.hal import Channel, IncomingCall
from boardivr.replay.tape import Tape


class OneCustomer:
    """Who called, whatever card was keyed; changes stay in the replay."""

    def __init__(self, customer: Customer | None, tape: Tape) -> None:
        self._customer = customer
        self._tape = tape

    def by_card(self, card: str) -> Customer | None:
        return self._customer

    def by_ani(self, ani: str) -> Customer | None:
        return self._customer

    def get(self, customer_id: str) -> Customer | None:
        return self._customer

    def verify_pin(self, customer_id: str, pin: str) -> PinVerdict:
        return next(self._tape.verdicts, PinVerdict.RIGHT)

    def set_open(self, customer_id: str, function: str, is_open: bool) -> Customer:
        functions = self._known().functions
        functions = functions | {function} if is_open else functions - {function}
        return self._changed(dataclasses.replace(self._known(), functions=functions))

    def set_menu(self, customer_id: str, order: Sequence[str], hide: frozenset[str]) -> Customer:
        return self._changed(dataclasses.replace(self._known(), order=tuple(order), hide=hide))

    def set_learned(self, customer_id: str, menu: str, items: Sequence[str]) -> Customer:
        return self._known()

    def set_pin(self, customer_id: str, pin: str) -> None:
        """Nobody's PIN is changed by a replay."""

    def _known(self) -> Customer:
        assert self._customer is not None, "a customer was identified"
        return self._customer

    def _changed(self, customer: Customer) -> Customer:
        self._customer = customer
        return customer


class TapedHosts:
    """Hosts that answer what they answered then."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def call(
        self, host: str, txn: str, data: Mapping[str, Value], within: float, key: str
    ) -> list[dict[str, Value]]:
        failed = self._tape.detail.get("failed")
        if isinstance(failed, str):
            raise (HostTimeout if failed.startswith("no answer within") else HostError)(failed)
        rows = json.loads(str(self._tape.detail.get(ANSWER, "[]")))
        count = self._tape.detail.get("rows")
        if isinstance(count, int) and count > MOST_ROWS:
            rows += [rows[-1]] * (count - len(rows))  # the trace has only the first of them
        return [{name: _value(cell) for name, cell in row.items()} for row in rows]


class AsWritten:
    def seconds(self, name: str, written: float) -> float:
        return written


def _value(cell: object) -> Value:
    if isinstance(cell, dict):
        ((kind, text),) = cell.items()
        if kind == "number":
            return Decimal(str(text))
        return datetime.fromisoformat(text) if kind == "time" else date.fromisoformat(text)
    return cast(Value, cell)


class TapedFaxes(NoFaxes):
    """What came of faxes then; nothing is faxed. A fax mailbox is empty in a replay."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def prepare(self, text: str) -> FaxPaper:
        self._unless_refused()
        pages = self._number("pages")
        return FaxPaper(path=Path("replay.tif"), pages=pages)

    def discard(self, paper: FaxPaper) -> None:
        """There are no pages."""

    def send(self, channel: Channel, paper: FaxPaper) -> FaxDone:
        return self._done()

    def order(self, paper: FaxPaper, number: str, title: str) -> int:
        return self._number("fax")

    def receive(self, channel: Channel, call: IncomingCall, call_id: str, box: str) -> FaxDone:
        return self._done()

    def _unless_refused(self) -> None:
        if "failed" in self._tape.detail:
            raise FaxRefused(str(self._tape.detail["failed"]))

    def _done(self) -> FaxDone:
        outcome = str(self._tape.detail.get("outcome", ""))
        return FaxDone(outcome=outcome, pages=self._number("pages"), number=self._number("fax"))

    def _number(self, name: str) -> int:
        value = self._tape.detail.get(name)
        return value if isinstance(value, int) else 0
