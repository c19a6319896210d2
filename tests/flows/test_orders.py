"""The order line on its own sample host: an order that is really stored."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from boardivr.clock import SystemClock
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.loader import load_flow
from boardivr.flows.services import HostError
from boardivr.hal import IncomingCall
from boardivr.hosts.sample import ORDERS
from boardivr.hosts.sql import SqlHost
from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from boardivr.store.sample import seed
from boardivr.store.sample_orders import RETAILERS
from tests.flows.conftest import FakeServices, Press, ScriptChannel

FLOW = Path(__file__).parents[2] / "flows" / "orders.yaml"
PINS = dict.fromkeys(("A", "B", "R1", "R2", "R3", "R4", "R5"), "135790")


class Shop(FakeServices):
    """The order line's real host and customer file; the rest as in other tests."""

    file: CustomerFile
    host: SqlHost

    @property
    def customers(self):
        return self.file

    def call(self, host, txn, data, within, key):
        self.calls.append((host, txn, dict(data), within, key))
        return self.host.call(txn, data, key)


@pytest.fixture
def shop(tmp_path):
    with Store(tmp_path / "s.db") as store:
        store.migrate()
        shop = Shop(load_flow(FLOW))
        shop.file = CustomerFile(store, SystemClock(), pin_cost=10)
        shop.host = SqlHost("orders", store, ORDERS)
        seed(store, shop.file, PINS)
        yield shop


def dial(shop, retailer, *presses, ani=None):
    entry = RETAILERS[retailer - 1]
    channel = ScriptChannel(Press(entry.card, at=0.0), *presses)
    call = IncomingCall(ani=ani or entry.ani, dnis="1")
    end = Interpreter(shop.flow, channel, shop, call=call, call_id=f"c{len(shop.calls)}").run()
    return end, [h.text for h in channel.heard]


def test_an_order_is_stored(shop):
    """Two items, sent: the sheet has both, and the next call tells what became of it."""
    dial(shop, 2, Press("110013#1" + "110022#1" + "2", on="How can we"))

    [sheet] = shop.host.call("status", {"customer": "R2"}, "")
    assert (sheet["state"], sheet["total"]) == ("ordered", Decimal("322.00"))
    _, heard = dial(shop, 2, Press("2", on="How can we"))
    assert "000001" in heard
    assert "322.00 CNY" in heard


def test_hanging_up_sends_nothing(shop):
    """A sheet that wasn't sent isn't an order."""
    dial(shop, 2, Press("110013#1", on="How can we"))

    assert shop.host.call("status", {"customer": "R2"}, "") == []


@pytest.mark.parametrize("retailer", [1, 2, 3, 4, 5])
def test_each_tier_has_its_menu(shop, retailer):
    """New items for the upper tiers; a monitored retailer asks for a visit instead of ordering."""
    dial(shop, retailer)

    keys = next(d["offers"] for name, d in shop.steps if name == "menu")
    tier = RETAILERS[retailer - 1].grade
    assert ("offers" in keys) is (tier in ("core", "key"))
    assert ("=order" in keys, "=visit" in keys) == (tier != "monitored", tier == "monitored")


def test_from_another_telephone_he_needs_his_pin(shop):
    """His licence number alone is enough only from his own telephone."""
    end, heard = dial(shop, 2, ani="13900000000")
    assert end.reason == "no_input"
    assert not any("How can we" in text for text in heard)

    _, heard = dial(shop, 2, Press("135790", on="own telephone"), ani="13900000000")
    assert any("How can we" in text for text in heard)


def test_somebody_elses_telephone(shop):
    """The licence says who he is, not the telephone; and the telephone doesn't prove him."""
    end, heard = dial(shop, 2, ani=RETAILERS[0].ani)

    assert end.reason == "no_input"
    assert not any("How can we" in text for text in heard)


def test_the_flow_asks_the_host_only_what_it_has(shop):
    """Every transaction of the flow is there."""
    with pytest.raises(HostError, match="no transaction 'x'"):
        shop.host.call("x", {}, "")
    text = FLOW.read_text("utf-8")
    assert all(f"txn: {txn}" in text for txn in ORDERS)
