"""A small flow with its tests, in a folder of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from boardivr.testing import running
from boardivr.testing.running import Manner, Result

SHOP = """
boardivr: 1
flow: shop
language: {default: en, others: [zh-CN]}
customer: {from: [ani], proven_by: nothing}
functions: [orders]
defaults:
  no_match: {tries: 2, say: not_there, then: hang_up}
  host: {within: 5s, on_timeout: down, on_error: down}
  always: {operator: {key: "0", say: operator, go: operator}}
start: [greet, main]
menus:
  main:
    items:
      orders: {say: your_orders, go: tell_orders, when: open("orders")}
      hours: {say: our_hours, go: tell_hours}
      night: {say: night_desk, go: tell_hours, when: hour() >= 20}
steps:
  greet: [{play: welcome}]
  tell_orders:
    - send: {host: shop, txn: orders, data: {who: $customer.id}}
    - receive: found
      fields: {count: number}
    - if: $found.count > 0
      then: [{play: [you_have, {number: $found.count}]}]
      else: [{play: none_open}]
    - tag: {asked: "orders"}
  tell_hours: [{play: we_open_at_nine}, {hang_up: told}]
  operator: [{play: nobody_there}]
  down: [{play: try_later}]
prompts:
  welcome: {en: Welcome to the shop., zh-CN: 欢迎光临。}
  not_there: {en: That is not a choice., zh-CN: 没有这个选项。}
  operator: {en: For an operator, zh-CN: 人工服务}
  your_orders: {en: For your orders, zh-CN: 您的订单}
  our_hours: {en: For our hours, zh-CN: 营业时间}
  night_desk: {en: For the night desk, zh-CN: 夜间服务}
  you_have: {en: The number of your open orders is, zh-CN: 未完成订单数}
  none_open: {en: There are no open orders., zh-CN: 没有未完成的订单。}
  we_open_at_nine: {en: We open at nine., zh-CN: 我们九点开门。}
  nobody_there: {en: Nobody is there., zh-CN: 无人接听。}
  try_later: {en: Please try again later., zh-CN: 请稍后再试。}
"""

SHARED = """
shared:
  customers: {ann: {ani: "5551", functions: [orders]}}
  hosts: {orders: {count: 2}}
---
"""

Runner = Callable[..., list[Result]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Runner:
    """Run tests of the shop, on the interpreter alone."""

    def run(text: str, *, shared: str = SHARED, jobs: int = 1) -> list[Result]:
        path = folder / "shop.test.yaml"
        path.write_text(shared + textwrap.dedent(text), "utf-8")
        manner = Manner(is_fast=True, prompts=folder / "prompts")
        return list(running.run(running.load([path]), manner, jobs=jobs))

    return run
