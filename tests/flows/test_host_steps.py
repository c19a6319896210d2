"""Transactions in a call: sent, received, failed, tried again; rows one by one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from boardivr.flows.services import HostError, HostTimeout
from tests.flows.conftest import FakeServices

HOST = """
    start: [ask]
    defaults:
      host: {within: 5s, on_error: sorry}
    steps:
      ask:
        - send: {host: core, txn: balance, data: {customer: "A", n: 1 + 1}}
          on_timeout: [{play: too_slow}]
        - receive: {into: bal, fields: {amount: money, as_of: date, kind: text}}
        - play: [your_balance, {money: $bal.amount, currency: "USD"}, {date: $bal.as_of}]
      sorry: [{play: sorry}]
"""


def test_send_and_receive(make_flow, call):
    """A host's answer is read by types and said."""
    flow = make_flow(HOST, "too_slow your_balance sorry")
    row = {"amount": "10100.05", "as_of": "2026-09-21", "kind": "saving", "more": 1}
    services = FakeServices(flow, answers={"balance": [row]})

    called = call(flow, services=services)

    assert called.texts == ["your_balance", "10100.05 USD", "2026-09-21"]
    assert services.calls == [("core", "balance", {"customer": "A", "n": Decimal(2)}, 5.0, "c1:1")]
    assert called.interpreter.state.variables["bal"] == {
        "amount": Decimal("10100.05"), "as_of": date(2026, 9, 21), "kind": "saving",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (HostTimeout("late"), ["too_slow", "sorry"]),
        (HostError("no"), ["sorry"]),
        ([], ["sorry"]),
        ([{"amount": "1"}], ["sorry"]),
        ([{"amount": "much", "as_of": "2026-09-21", "kind": "a"}], ["sorry"]),
        ([{"amount": "NaN", "as_of": "2026-09-21", "kind": "a"}], ["sorry"]),
        ([{"amount": "1", "as_of": "yesterday", "kind": "a"}], ["sorry"]),
        ([{"amount": True, "as_of": "2026-09-21", "kind": "a"}], ["sorry"]),
    ],
)
def test_what_a_host_does_wrong_ends_in_the_authors_branch(make_flow, call, answer, heard):
    """Late, refused, empty, incomplete or garbled: the caller hears what the author wrote."""
    flow = make_flow(HOST, "too_slow your_balance sorry")

    called = call(flow, services=FakeServices(flow, answers={"balance": answer}))

    assert called.texts == heard
    assert called.end.reason == "end"


def test_a_retry_has_the_same_idempotency_key(make_flow, call):
    """A transaction sent again after a time-out keeps its key; after an answer it is new."""
    flow = make_flow(
        """
        start: [pay, pay]
        steps:
          pay:
            - send: {host: core, txn: pay, data: {amount: 100}}
              on_error: repeat
        """
    )
    rows = [HostTimeout("late"), {"ok": 1}]
    services = FakeServices(flow, answers={"pay": rows})

    call(flow, services=services)

    assert [key for *_, key in services.calls] == ["c1:1", "c1:1", "c1:2"]


def test_host_time_is_live(make_flow, call):
    """The operator's host time goes to the host."""
    flow = make_flow(HOST, "too_slow your_balance sorry")
    services = FakeServices(flow, answers={"balance": HostError("x")}, live={"host": 1.5})

    call(flow, services=services)

    assert services.calls[0][3] == 1.5


def test_for_each_row(make_flow, call):
    """Steps are done once for each row, and no more often than `most`."""
    flow = make_flow(
        """
        start: [rates]
        steps:
          rates:
            - send: {host: core, txn: rates}
            - receive: {into: rates, rows: all, fields: {currency: text, buy: number}}
            - for_each: rate
              in: $rates
              most: 2
              do:
                - play: [{text: $rate.currency}, {number: $rate.buy}]
                - if: $rate.currency == "EUR"
                  then: [{play: euro}]
            - play: done
        """,
        "euro done",
    )
    rows = [{"currency": c, "buy": "7.10"} for c in ("USD", "EUR", "JPY")]

    called = call(flow, services=FakeServices(flow, answers={"rates": rows}))

    assert called.texts == ["USD", "7.10", "EUR", "7.10", "euro", "done"]
    empty = call(flow, services=FakeServices(flow, answers={"rates": []}))
    assert empty.texts == ["done"]
