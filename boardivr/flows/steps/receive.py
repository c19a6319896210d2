"""``receive``: take typed fields from the host's last answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Literal

from boardivr.customer import Value
from boardivr.flows.asking import end_of
from boardivr.flows.model import Flow
from boardivr.flows.parts import Branch, Next, Step, Way
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault, kind_of
from boardivr.yamlread import Mark, Name, Problem

FieldType = Literal["text", "number", "money", "yes_no", "date", "time"]


@dataclass(frozen=True, kw_only=True)
class Receive(Step):
    """``- receive: {into: bal, fields: {amount: money, as_of: date}}``

    :param into: variable that gets the first row as a record, or all rows as a list
    :param rows: ``one`` or ``all``; one that isn't there is an error, none of all is not
    :param on_error: a field is missing or of another type; else as in ``defaults``
    """

    kind: ClassVar[str] = "receive"
    main: ClassVar[str] = "into"

    into: Name
    fields: dict[Name, FieldType]
    rows: Literal["one", "all"] = "one"
    on_error: Branch | None = None

    def sets(self) -> tuple[Name, ...]:
        return (self.into,)

    def check(self, flow: Flow) -> Iterator[Problem]:
        if not self.fields:
            at = self.at or Mark("", 1, 1)
            yield Problem(at=at, code="no-fields", message="no field is received")

    def ways(self, flow: Flow) -> Iterator[Way]:
        yield from super().ways(flow)
        if self.on_error is None and flow.defaults.host.on_error is not None:
            yield Way(branch=flow.defaults.host.on_error, is_silent=True)

    def perform(self, run: Run) -> Next | None:
        try:
            records = [self._record(row, n) for n, row in enumerate(self._rows(run), 1)]
        except ValueError as error:
            branch = self.on_error or run.flow.defaults.host.on_error
            run.note(failed=str(error))
            if branch is None:
                raise FlowFault(f"{self.at}: {error}") from None
            return end_of(branch, "host")
        run.set(self.into, records if self.rows == "all" else records[0])
        run.note(rows=len(records))
        return None

    def _rows(self, run: Run) -> list[Mapping[str, Value]]:
        if run.answer is None:
            raise ValueError("there is no answer to receive")
        if self.rows == "all":
            return list(run.answer)
        if not run.answer:
            raise ValueError("the answer has no row")
        return [run.answer[0]]

    def _record(self, row: Mapping[str, Value], number: int) -> dict[str, Value]:
        record: dict[str, Value] = {}
        for name, kind in self.fields.items():
            if row.get(name) is None:
                raise ValueError(f"row {number} has no field {name!r}")
            try:
                record[name] = _typed(row[name], kind)
            except (ValueError, InvalidOperation):
                found = kind_of(row[name])
                raise ValueError(
                    f"row {number}, field {name!r}: expected {kind}, found {found}"
                ) from None
        return record


def _typed(value: Value, kind: FieldType) -> Value:
    """Return a host's value as its type, from text where hosts answer text."""
    if kind == "text":
        return str(value)
    if kind in ("number", "money"):
        return _number(value)
    if kind == "yes_no":
        return _yes_no(value)
    if kind == "time":
        return value if isinstance(value, datetime) else datetime.fromisoformat(_str(value))
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(_str(value))


def _number(value: Value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError
    return number


def _yes_no(value: Value) -> bool:
    known = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
    found = known.get(str(value).lower())
    if found is None:
        raise ValueError
    return found


def _str(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value
