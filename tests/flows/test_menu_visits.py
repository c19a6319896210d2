"""Menus in a call: what is announced, which keys lead where, rounds and tries."""

from __future__ import annotations

import pytest

from boardivr.customer import Customer
from tests.flows.conftest import FakeServices, Press
from tests.flows.sample import MENU, PROMPTS, A, B, by_ani, known

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
