"""Running flows: what is heard, where keys lead, and how calls end."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal

import pytest

from boardivr.customer import Customer
from boardivr.flows.parts import Step
from boardivr.flows.services import HostError, HostTimeout
from boardivr.flows.steps import kinds
from boardivr.flows.steps.jump_on_flags import flags_in
from boardivr.flows.values import FlowFault
from boardivr.hal import CallEnded
from tests.flows.conftest import FakeServices, Press

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


def test_menu_announces_function_then_key(make_flow, call):
    """A menu greets, then tells each function and its key, then those that are always there."""
    flow = make_flow(by_ani(MENU), PROMPTS)

    called = call(flow, Press("2", on="agent"), services=known(flow, B), ani="100")

    assert [t for t in called.texts if not t.startswith("0.25")] == [
        "welcome", "balance", ", press", "1", "bye", ", press", "2", "agent",
    ]  # fmt: skip
    assert called.end.reason == "hang_up"


def test_a_customer_with_more_open_has_other_keys(make_flow, call):
    """The same key is another function for another customer."""
    flow = make_flow(by_ani(MENU), PROMPTS)

    called = call(flow, Press("213", on="welcome"), services=known(flow, A), ani="100")

    assert called.services.paths == ["forex", "rates"]
    other = call(flow, Press("2", on="welcome"), services=known(flow, B), ani="100")
    assert (other.services.paths, other.end.reason) == ([], "hang_up")


def test_after_a_choice_the_menu_is_offered_again(make_flow, call):
    """When what was chosen has ended the menu comes again, without its greeting."""
    flow = make_flow(MENU, PROMPTS)

    called = call(flow, Press("1", on="welcome"), Press("2", on="agent"))

    assert called.texts[:3] == ["welcome", "your_balance", "balance"]
    assert called.texts.count("welcome") == 1
    assert called.end.reason == "hang_up"


def test_barge_in_cuts_and_is_taken(make_flow, call):
    """A key during the announcement cuts it at once and is the choice."""
    flow = make_flow(MENU, PROMPTS)

    called = call(flow, Press("1", at=0.3), Press("2", at=9.0))

    cut = called.channel.heard[0]
    assert (cut.text, cut.is_whole) == ("welcome", False)
    assert called.channel.heard[1].at == pytest.approx(0.3)


def test_type_ahead_goes_through_menus(make_flow, call):
    """Keys typed ahead pass menus unheard, one key for each."""
    flow = make_flow(by_ani(MENU), PROMPTS)

    called = call(flow, Press("21*3", at=0.0), services=known(flow, A), ani="100")

    # Waiting keys skip what is played as well: the caller knows where he goes.
    assert called.texts == []
    assert called.services.paths == ["forex", "rates"]
    assert called.end.reason == "hang_up"


def test_back_is_only_below_another_menu(make_flow, call):
    """In the first menu there is nothing to go back to: the key doesn't fit and isn't spoken."""
    flow = make_flow(MENU, PROMPTS)

    called = call(flow, Press("*", on="welcome"), Press("2", on="agent"))

    assert "back" not in called.texts
    assert ("menu", "no_match", 1) in [
        (name, "no_match", detail.get("no_match")) for name, detail in called.services.steps
    ]


def test_repeat_offers_the_menu_again(make_flow, call):
    """The repeat key is taken though nothing is said of it."""
    flow = make_flow(MENU, PROMPTS)

    called = call(flow, Press("#", on="agent"), Press("2", on="agent"))

    assert called.texts.count("balance") == 2


def test_ten_seconds_of_silence_end_the_call(make_flow, call):
    """Without defaults, a caller who presses nothing is let go 10 s after the last word."""
    flow = make_flow(MENU, PROMPTS)

    called = call(flow)

    spoken = sum(max(1, len(t)) * 0.1 for t in called.texts)
    assert called.end.reason == "no_input"
    assert called.channel.clock.now() == pytest.approx(spoken + 10.0)


def test_no_input_time_is_live(make_flow, call):
    """The operator's time counts, not the written one."""
    flow = make_flow(MENU, PROMPTS)
    services = FakeServices(flow, live={"no_input": 2.0})

    called = call(flow, services=services)

    assert called.channel.clock.now() == pytest.approx(
        sum(max(1, len(t)) * 0.1 for t in called.texts) + 2.0
    )


def test_three_wrong_keys_end_the_call(make_flow, call):
    """Keys that lead nowhere are counted apart from silence."""
    flow = make_flow(MENU, PROMPTS)

    called = call(flow, *[Press("9", on="agent") for _ in range(3)])

    assert called.end.reason == "no_match"
    assert called.texts.count("balance") == 3


def test_counters_have_their_own_words_and_ways(make_flow, call):
    """no_input and no_match each say their own and go their own way."""
    flow = make_flow(
        """
        start: [ask]
        defaults:
          no_input: {after: 4s, tries: 2, say: are_you_there, then: gone}
          no_match: {tries: 2, say: wrong_key, then: hang_up}
        steps:
          ask:
            - jump_on_key: {say: yes_or_no, map: {"1": [{play: fine}], "2": hang_up}}
          gone: [{play: goodbye}, {hang_up: silent}]
        """,
        "are_you_there gone wrong_key yes_or_no fine goodbye",
    )

    silent = call(flow)
    assert silent.texts == ["yes_or_no", "are_you_there", "yes_or_no", "goodbye"]
    assert silent.end.reason == "silent"

    wrong = call(flow, Press("5", on="yes_or_no"), Press("5", on="yes_or_no"))
    assert wrong.texts == ["yes_or_no", "wrong_key", "yes_or_no"]
    assert wrong.end.reason == "no_match"

    mixed = call(flow, Press("5", on="yes_or_no"), Press("1", on="there"))
    assert mixed.texts[-1] == "fine"


INPUT = """
    start: [identify, hello]
    customer: {from: [$card]}
    steps:
      identify:
        - input: card
          say: enter_card
          digits: 16..19
          ends_on: "#"
          show_last: 4
        - input: pin
          say: enter_pin
          digits: 6
          secret: yes
          verify: pin
          wrong: {tries: 3, say: wrong_pin, then: locked}
          locked: locked
      hello: [{play: hello}]
      locked: [{play: locked}, {hang_up: locked}]
"""
INPUT_PROMPTS = "enter_card enter_pin wrong_pin hello locked"
CARD = "6222020200012345678"


def bank(flow):
    return FakeServices(flow, people={CARD: A}, pins={"A": "123456"})


def test_card_and_pin(make_flow, call):
    """A right card and PIN make the call the customer's, in his language."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(
        flow, Press(CARD + "#", on="enter_card"), Press("123456", on="enter_pin"),
        services=bank(flow),
    )  # fmt: skip

    assert called.interpreter.state.customer == A
    assert called.channel.heard[-1].name == "hello@zh-CN"
    assert called.end.reason == "end"


def test_card_and_pin_typed_ahead(make_flow, call):
    """Both may be typed at once; the longest card takes its ending key with it."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(flow, Press(CARD + "#123456", at=0.0), services=bank(flow))

    assert called.interpreter.state.customer == A
    assert called.texts == ["hello"]


def test_wrong_pin_then_right(make_flow, call):
    """After a wrong PIN the caller hears so and tries again."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(
        flow, Press(CARD + "#", on="enter_card"), Press("1234567", on="enter_pin"),
        Press("123456", on="wrong_pin"), services=bank(flow),
    )  # fmt: skip

    assert called.end.reason == "end"
    called = call(
        flow, Press(CARD + "#", on="enter_card"), Press("111111", on="enter_pin"),
        Press("123456", on="wrong_pin"), services=bank(flow),
    )  # fmt: skip
    assert called.texts == ["enter_card", "enter_pin", "wrong_pin", "hello"]


def test_three_wrong_pins(make_flow, call):
    """The third wrong PIN goes where the author says."""
    flow = make_flow(INPUT, INPUT_PROMPTS)
    wrong = [Press("111111", on=p) for p in ("enter_pin", "wrong_pin", "wrong_pin")]

    called = call(flow, Press(CARD + "#", on="enter_card"), *wrong, services=bank(flow))

    assert called.texts[-1] == "locked"
    assert called.end.reason == "locked"
    assert called.interpreter.state.customer is None


def test_a_locked_customer(make_flow, call):
    """A customer who is locked already hears so at once, even with the right PIN."""
    flow = make_flow(INPUT, INPUT_PROMPTS)
    services = bank(flow)
    services.wrong["A"] = 3

    called = call(flow, Press(CARD + "#123456", at=0.0), services=services)

    assert called.end.reason == "locked"


def test_an_unknown_card_is_told_as_a_wrong_pin(make_flow, call):
    """What is heard doesn't tell whether a card exists, and the PIN is checked all the same."""
    flow = make_flow(INPUT, INPUT_PROMPTS)
    wrong = [Press("111111", on=p) for p in ("enter_pin", "wrong_pin", "wrong_pin")]
    services = bank(flow)

    called = call(flow, Press("1" * 16 + "#", on="enter_card"), *wrong, services=services)

    # The next PIN is typed while "wrong" is said, so the question isn't heard again.
    assert called.texts == ["enter_card", "enter_pin", "wrong_pin", "wrong_pin", "locked"]
    assert services.verified == ["", "", ""]


def test_too_few_digits(make_flow, call):
    """An input that is too short doesn't fit; what was typed after it is dropped."""
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(flow, *[Press("123#99", on="enter_card") for _ in range(3)], services=bank(flow))

    assert called.end.reason == "no_match"
    assert called.texts == ["enter_card"] * 3


def test_a_pin_is_nowhere(make_flow, call, caplog):
    """No trace, log or variable shows the PIN; the card shows its last digits."""
    caplog.set_level(logging.DEBUG)
    flow = make_flow(INPUT, INPUT_PROMPTS)

    called = call(flow, Press(CARD + "#123456", at=0.0), services=bank(flow))

    state = called.interpreter.state
    everything = repr(called.services.steps) + caplog.text + repr((state.variables, state.notes))
    assert "123456" not in everything.replace(CARD, "")
    assert "…5678" in repr(called.services.steps)
    assert CARD not in repr(called.services.steps) + caplog.text


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("play: {digits: $pin}", "a secret can't be said"),
        ("tag: {pin: $pin}", "a secret can't be a tag"),
        ("set: {n: $pin + 1}", "'+' needs a number, found a secret"),
    ],
)
def test_a_secret_is_refused_where_it_would_show(make_flow, call, step, words):
    """Even where nobody has checked the flow, a secret can't be said or recorded."""
    flow = make_flow(
        f"""
        start: [ask]
        steps:
          ask:
            - {{input: pin, digits: 4, secret: yes}}
            - {step}
        """
    )

    called = call(flow, Press("9876", at=0.0))

    assert called.end.reason == "error"
    assert words in (called.end.error or "")
    assert "9876" not in repr(called.services)


def test_log_masks_a_secret(make_flow, call, caplog):
    """A secret in a log step comes out as a mask."""
    caplog.set_level(logging.INFO)
    flow = make_flow(
        """
        start: [ask]
        steps:
          ask:
            - {input: pin, digits: 4, secret: yes}
            - log: "pin taken"
              values: {pin: $pin, twice: 1 + 1}
        """
    )

    call(flow, Press("9876", at=0.0))

    assert "line 1: pin taken pin=****** twice=2" in caplog.text


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


@pytest.mark.parametrize(
    ("flags", "heard"), [('"x, vip"', "vip"), ("2", "bit"), ("4", "none"), ("nothing", "none")]
)
def test_jump_on_flags(make_flow, call, flags, heard):
    """The first flag that is set wins: words in a text, or bits of a number."""
    flow = make_flow(
        f"""
        start: [route]
        steps:
          route:
            - set: {{flags: {flags}}}
            - jump_on_flags:
                flags: $flags
                map: {{vip: [{{play: vip}}], "1": [{{play: bit}}]}}
                otherwise: [{{play: none}}]
        """,
        "vip bit none",
    )

    assert call(flow).texts == [heard]


def test_what_flags_can_be():
    """A list is its members; what is neither list, words nor bits is a fault."""
    assert flags_in(["a", "b"]) == {"a", "b"}
    assert flags_in(5) == {"0", "2"}
    for value in (True, Decimal("1.5"), -1, date(2026, 9, 21)):
        with pytest.raises(FlowFault, match="flags are a list"):
            flags_in(value)


def test_jump_on_the_customers_functions(make_flow, call):
    """Left out, the flags are the functions that the customer has opened."""
    flow = make_flow(
        """
        start: [route]
        customer: {from: [ani], proven_by: nothing}
        steps:
          route:
            - jump_on_flags: {map: {vip: [{play: vip}], forex: [{play: forex}]}}
        """,
        "vip forex",
    )

    assert call(flow, services=known(flow, A), ani="100").texts == ["forex"]


def test_call_goto_return_and_if(make_flow, call):
    """A call comes back, a goto doesn't, a return leaves blocks as well."""
    flow = make_flow(
        """
        start: [first, last]
        steps:
          first:
            - set: {n: 1}
            - call: inner
            - play: back_in_first
            - goto: other
            - play: never
          inner:
            - if: $n == 1
              then:
                - play: one
                - return
            - play: never
          other: [{play: other}]
          last: [{play: last}]
        """,
        "back_in_first never one other last",
    )

    assert call(flow).texts == ["one", "back_in_first", "other", "last"]


def test_goto_what_is_open_returns_to_it(make_flow, call):
    """Going to the menu one came from forgets what was opened since; nothing piles up."""
    flow = make_flow(
        MENU.replace("[{play: the_rates}]", "[{play: the_rates}, {goto: main}]"), PROMPTS
    )
    presses = [Press("2", on="bye") for _ in range(3)]

    called = call(flow, *presses)

    assert len(called.interpreter.frames) <= 4


def test_open_a_function_by_phone(make_flow, call):
    """A function opened in a call is in the menu as soon as that is offered again."""
    flow = make_flow(
        by_ani(MENU).replace("[{play: your_balance}]", "[{open_function: forex}]"), PROMPTS
    )

    called = call(
        flow, Press("1", on="welcome"), Press("2", on="forex"), Press("1", on="rates"),
        services=known(flow, B), ani="100",
    )  # fmt: skip

    assert called.services.paths == ["balance", "forex", "rates"]
    closed = make_flow("start: [a]\nsteps:\n  a: [{close_function: forex}]\n")
    assert "nobody is identified" in (call(closed).end.error or "")


def test_language_and_tags(make_flow, call):
    """A language step changes what follows; one piece may be in another."""
    flow = make_flow(
        """
        start: [a]
        steps:
          a:
            - play: [hello, {say: hello, language: zh-CN}]
            - language: zh-CN
            - play: hello
            - tag: {business: "greeting", in: $language}
            - set: {l: "xx"}
            - language: $l
        """,
        "hello",
    )

    called = call(flow)

    assert [h.name for h in called.channel.heard] == ["hello@en", "hello@zh-CN", "hello@zh-CN"]
    assert called.services.tags == {"business": "greeting", "in": "zh-CN"}
    assert called.end.reason == "error"


def test_interrupt_and_typeahead_are_two_words(make_flow, call):
    """`interrupt` says what cuts a prompt, `typeahead` whether earlier keys count."""
    flow = make_flow(
        """
        start: [a]
        steps:
          a:
            - {play: legal_text, interrupt: no}
            - {play: first, interrupt: "#"}
            - {input: n, say: number_please, digits: 1, typeahead: drop}
        """,
        "legal_text first number_please",
    )

    called = call(
        flow, Press("7", on="legal_text"), Press("#", on="first"), Press("5", on="number")
    )

    heard = {h.text: h.is_whole for h in called.channel.heard}
    assert heard == {"legal_text": True, "first": False, "number_please": False}
    assert called.interpreter.state.variables["n"] == "5"


def test_the_far_end_hangs_up(make_flow, call):
    """CallEnded passes through, and the step that it ended is in the trace."""
    flow = make_flow(MENU, PROMPTS)
    services = FakeServices(flow)

    with pytest.raises(CallEnded):
        call(flow, Press("H", on="balance"), services=services)
    assert services.steps[-1][0] == "menu"
    assert services.steps[-1][1]["ended"] == "the far end hung up"


@pytest.mark.parametrize("at", [0.3, 30.0])
def test_a_stopped_channel_ends_the_flow(make_flow, call, at):
    """stop() from another thread, while playing or while waiting, ends the flow at once."""
    flow = make_flow(
        MENU.replace("say: welcome", "say: welcome\n        no_input: {after: 60s}"), PROMPTS
    )

    called = call(flow, Press("S", at=at))

    assert called.end.reason == "stopped"
    assert called.channel.clock.now() == pytest.approx(at)


def test_words_without_a_sound_are_passed_over(make_flow, call):
    """A text that is empty for this customer leaves nothing to play."""
    flow = make_flow('start: [a]\nsteps:\n  a: [{play: {text: ""}}, {play: done}]\n', "done")

    assert call(flow).texts == ["done"]


def test_an_error_says_sorry_once(make_flow, call):
    """A fault goes to on_error; a second one before any key ends the call."""
    flow = make_flow(
        """
        start: [a]
        defaults: {on_error: sorry}
        steps:
          a: [{play: {number: $nobody}}]
          sorry: [{play: sorry}, {goto: a}]
        """,
        "sorry",
    )

    called = call(flow)

    assert called.texts == ["sorry"]
    assert called.end.reason == "error"
    assert "$nobody isn't set" in (called.end.error or "")


def test_on_error_steps_take_the_place_of_what_failed(make_flow, call):
    """Steps written under on_error are done instead of the section's rest."""
    flow = make_flow(
        """
        start: [a, b]
        defaults: {on_error: [{play: sorry}]}
        steps:
          a: [{play: {number: $nobody}}, {play: never}]
          b: [{play: b}]
        """,
        "sorry never b",
    )

    assert call(flow).texts == ["sorry", "b"]


def test_a_circle_ends(make_flow, call):
    """A flow that runs in circles without the caller is stopped."""
    flow = make_flow("start: [a]\nsteps:\n  a: [{goto: b}]\n  b: [{goto: a}]\n")

    called = call(flow)

    assert "1000 steps without a key" in (called.end.error or "")


def test_endless_calls_end(make_flow, call):
    """Sections that call each other without end are stopped."""
    flow = make_flow("start: [a]\nsteps:\n  a: [{call: b}]\n  b: [{call: a}]\n")

    assert "more than 50 sections are open" in (call(flow).end.error or "")


def test_the_trace_has_the_menu_as_rendered(make_flow, call):
    """The trace says which key was which function for this caller."""
    flow = make_flow(by_ani(MENU), PROMPTS)

    called = call(flow, Press("3", on="welcome"), services=known(flow, A), ani="100")

    [detail] = [d for name, d in called.services.steps if name == "menu"]
    assert detail["offers"] == "1=balance 2=forex 3=bye 0=agent #=repeat"
    assert detail["chosen"] == "bye"


def test_single_choice_can_be_entered(make_flow, call):
    """`single: enter` goes straight into the only choice, and back out of it."""
    flow = make_flow(
        """
        start: [main]
        menus:
          main:
            single: enter
            items: {only: {say: only, go: only}}
        steps:
          only: [{play: here}]
        """,
        "only here",
    )

    called = call(flow)

    assert called.texts == ["here"]
    assert called.end.reason == "end"


def test_an_empty_menu(make_flow, call):
    """A menu in which nothing is open goes where the author says."""
    flow = make_flow(
        """
        start: [main]
        menus:
          main:
            empty: [{play: nothing_open}, {hang_up: empty}]
            items: {a: {say: a, go: hang_up, when: open("a")}}
        """,
        "a nothing_open",
    )

    called = call(flow)

    assert called.texts == ["nothing_open"]
    assert called.end.reason == "empty"


def test_pages_of_a_long_menu(make_flow, call):
    """What doesn't fit is behind "more"; back leads to the first page."""
    items = "".join(f"    i{n}: {{say: i, go: s{n}}}\n" for n in range(7))
    steps = "".join(f"  s{n}: [{{play: played}}]\n" for n in range(7))
    flow = make_flow(
        "start: [main]\ndefaults:\n  more: more\n  always: {back: {key: '*', go: back}}\n"
        f"menus:\n  main:\n    items:\n{items.replace('    i', '      i')}steps:\n{steps}",
        "i more played",
    )

    called = call(flow, Press("5*52", at=0.0))

    assert called.services.paths == ["i5"]


def test_every_kind_of_step_is_a_frozen_dataclass():
    """Steps are values: they can't change while a call uses them."""
    for kind in kinds().values():
        assert issubclass(kind, Step)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert kind.__doc__


STICKY = by_ani("""
    start: [main]
    functions: [early, late]
    menus:
      main:
        keys: sticky
        say: hello
        items:
          early: {say: early, short: e, go: open_late, when: open("early")}
          late: {say: late, go: gone, when: open("late")}
          bye: {say: bye, go: hang_up}
    steps:
      open_late: [{open_function: early}]
      gone: [{hang_up: late}]
""")


def test_sticky_keys_are_learned_from_what_was_heard(make_flow, call):
    """A function opened later doesn't take the key of one that he knows."""
    flow = make_flow(STICKY, "hello early e late bye")
    services = known(flow, Customer(id="B", functions=frozenset({"late"})))

    call(flow, Press("2", on="bye"), services=services, ani="100")
    services.set_open("B", "early", True)
    called = call(flow, Press("1", on="bye"), services=services, ani="100")

    assert services.people["c"].learned == {"sample.main": ("late", "bye", "early")}
    assert called.services.paths[-1] == "late"
    assert [t for t in called.texts if t in ("late", "bye", "early")] == ["late", "bye"]


def test_the_second_round_is_short(make_flow, call):
    """After silence or a wrong key names are short; `repeat` tells the whole names again."""
    flow = make_flow(
        """
        start: [main]
        defaults:
          no_input: {tries: 4}
          always: {repeat: {key: "#", go: repeat}}
        menus:
          main:
            items: {early: {say: early_riser, short: e, go: hang_up}}
        """,
        "early_riser e",
    )

    called = call(flow, Press("5", at=5.0), Press("#", at=18.0), Press("1", at=38.0))

    names = [text for text in called.texts if text in ("early_riser", "e")]
    assert names == ["early_riser", "e", "e", "early_riser", "e"]
