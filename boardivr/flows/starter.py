"""The flow that ``boardivr flow new`` writes: small, explained, checked, with tests that pass."""

from __future__ import annotations

import re
from pathlib import Path

from boardivr.errors import BoardIVRError

FLOW = """\
# A call flow. `boardivr flow check {name}.yaml` tells what is wrong with it,
# `boardivr flow test {name}.yaml` makes the calls of {name}.test.yaml.
boardivr: 1
flow: {name}

# Callers hear the first language unless they are known to have another one.
language: {{default: en, others: [zh-CN]}}

# What a customer can have opened. What he hasn't doesn't exist in his menus.
functions: [orders]

# Who calls: found by the number he calls from. Where money moves, ask for a PIN:
# `proven_by: pin`, and an `input` with `verify: pin`.
customer: {{from: [ani], proven_by: nothing}}

defaults:
  no_input: {{after: 10s, tries: 2, say: still_there, then: goodbye}}
  no_match: {{tries: 3, say: not_a_choice, then: goodbye}}
  host: {{within: 5s, on_timeout: sorry, on_error: sorry}}
  always:                       # in every menu, with a key of its own
    repeat: {{key: "#", say: to_repeat, go: repeat}}

start: [greet, main]            # done one after the other; then the call ends

menus:
  main:
    say: how_can_i_help         # on arrival
    again: anything_else        # when the caller comes back
    items:                      # keys are counted from 1, over what he has
      orders: {{say: your_orders, go: tell_orders, when: open("orders")}}
      hours: {{say: opening_hours, go: tell_hours}}
      leave: {{say: to_leave, go: goodbye, pin: yes}}

steps:
  greet:
    - play: welcome

  tell_orders:
    - send: {{host: core, txn: orders, data: {{customer: $customer.id}}}}
    - receive: orders
      fields: {{open: number}}
    - if: $orders.open == 0
      then: [{{play: no_orders}}]
      else: [{{play: [orders_open, {{number: $orders.open}}]}}]

  tell_hours:
    - play: we_are_open

  sorry:
    - play: try_later

  goodbye:
    - play: bye
      interrupt: no
    - hang_up: done

# Words are spoken by synthesis; `{{text: ..., file: welcome.wav}}` plays a recording.
prompts:
  welcome: {{en: Welcome., zh-CN: 欢迎致电。}}
  how_can_i_help: {{en: "How can I help you?", zh-CN: 请选择您需要的服务。}}
  anything_else: {{en: "Is there anything else?", zh-CN: "请问还需要其他服务吗?"}}
  still_there: {{en: "Are you still there?", zh-CN: "请问您还在吗?"}}
  not_a_choice: {{en: "Sorry, that is not one of the choices.", zh-CN: "抱歉,没有这个选项。"}}
  your_orders: {{en: For your orders, zh-CN: 查询订单}}
  opening_hours: {{en: For our opening hours, zh-CN: 营业时间}}
  to_leave: {{en: To end this call, zh-CN: 结束通话}}
  to_repeat: {{en: To hear this again, zh-CN: 重听}}
  orders_open: {{en: The number of your open orders is, zh-CN: 您未完成的订单数为}}
  no_orders: {{en: You have no open orders., zh-CN: 您没有未完成的订单。}}
  we_are_open: {{en: We are open from nine to five., zh-CN: 营业时间为上午九点到下午五点。}}
  try_later: {{en: "Sorry, please try again later.", zh-CN: "抱歉,请稍后再试。"}}
  bye: {{en: Thank you for calling. Goodbye., zh-CN: "感谢您的来电,再见。"}}
"""

TESTS = """\
# Calls to {name}, as `boardivr flow test` makes them.
shared:
  customers:
    ann: {{ani: "5550001", functions: [orders]}}
    li: {{ani: "5550002", language: zh-CN}}
  hosts:
    orders: {{open: 2}}
---
test: a customer hears what he has opened, with its key
customer: ann
call:
  - hear: [welcome, how_can_i_help]
  - hear_menu: {{1: orders, 2: hours, 3: leave, "#": repeat}}
  - press: "1"
  - host: {{txn: orders, data: {{customer: ann}}}}
  - hear: [orders_open, two, anything_else]
  - press: "3"
  - hear: bye
expect: {{path: [orders, leave], ended: done}}
---
test: what isn't opened doesn't exist, and the keys close up
customer: li
call:
  - hear: welcome@zh-CN
  - hear_menu: {{1: hours, 2: leave, "#": repeat}}
  - not_heard: your_orders
  - press: "#"
  - hear: anything_else@zh-CN
  - press: "1"
  - hear: we_are_open@zh-CN
  - hang_up
expect: {{path: [hours], ended: caller, language: zh-CN}}
---
test: no orders
customer: ann
hosts: {{orders: {{open: 0}}}}
call: [{{press: "1"}}, {{hear: no_orders}}, hang_up]
---
test: the host doesn't answer
customer: ann
call: [{{press: "1"}}, {{host: {{txn: orders, delay: 6s}}}}, {{hear: try_later}}, hang_up]
---
test: a wrong key, then silence
call:
  - hear: how_can_i_help
  - press: "9"
  - hear: [not_a_choice, still_there, bye]
expect: {{ended: done}}
"""


def write_starter(name: str, folder: Path) -> tuple[Path, Path]:
    """Write a flow and its tests.

    :return: their paths
    :raises BoardIVRError: not a name, or a file is there already
    """
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        hint = "a small letter, then small letters, digits, _ and -"
        raise BoardIVRError(f"expected a name ({hint}), found {name!r}")
    paths = (folder / f"{name}.yaml", folder / f"{name}.test.yaml")
    for path in paths:
        if path.exists():
            raise BoardIVRError(f"{path}: is there already")
    for path, text in zip(paths, (FLOW, TESTS), strict=True):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(name=name), encoding="utf-8")
        except OSError as error:
            raise BoardIVRError(f"{path}: can't be written: {error.strerror}") from error
    return paths
