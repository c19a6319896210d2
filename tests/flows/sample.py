"""A flow with two menus, and two customers, for tests of running flows."""

from __future__ import annotations

from boardivr.customer import Customer
from tests.flows.conftest import FakeServices

MENU = """
    start: [main]
    defaults:
      always:
        agent: {key: "0", say: agent, go: sorry}
        back: {key: "*", say: back, go: back}
        repeat: {key: "#", go: repeat}
    menus:
      main:
        say: welcome
        items:
          balance: {say: balance, go: balance}
          forex: {say: forex, go: forex_menu, when: open("forex")}
          bye: {say: bye, go: hang_up}
      forex_menu:
        items:
          rates: {say: rates, go: rates}
    steps:
      balance: [{play: your_balance}]
      rates: [{play: the_rates}]
      sorry: [{play: all_busy}]
"""


PROMPTS = "welcome balance forex bye rates your_balance the_rates all_busy agent back"


A = Customer(id="A", functions=frozenset({"forex"}), language="zh-CN")


B = Customer(id="B")


def known(flow, customer):
    """Services in which the caller is known by his number, and that is enough."""
    return FakeServices(
        flow, people={"c": customer}, numbers={"100": "c"}, pins={"A": "1", "B": "2"}
    )


def by_ani(text):
    return text + "    customer: {from: [ani], proven_by: nothing}\n"
