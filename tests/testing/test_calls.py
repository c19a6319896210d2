"""What a test can ask of a call, and how it fails where the call isn't so."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.testing import running
from boardivr.testing.report import transcript
from boardivr.testing.running import Manner, Result
from tests.testing.conftest import Runner

FLOWS = Path(__file__).parents[2] / "flows"


def failure(results: list[Result]) -> str:
    """Why the only test failed, in one line."""
    [result] = results
    assert result.failure is not None
    return f"{result.failure.line}: expected {result.failure.expected}; {result.failure.found}"


@pytest.mark.parametrize("is_fast", [True, False], ids=["fast", "audio"])
def test_the_shipped_tests_pass(is_fast: bool, tmp_path: Path) -> None:
    """Each flow that ships is as its tests say, and they go through all of it."""
    scripts = running.load(running.find_files([FLOWS]))

    results = list(running.run(scripts, Manner(is_fast=is_fast, prompts=tmp_path), jobs=1))

    assert [(r.name, r.failure) for r in results if not r.is_passed] == []
    covers = running.cover_of(scripts, results)
    assert {flow: cover.missed for flow, cover in covers.items() if cover.missed} == {}


def test_a_whole_call(run: Runner) -> None:
    """Menu, host, words and record are as written."""
    [result] = run(
        """
        test: orders
        customer: ann
        call:
          - hear: "to the shop"
          - hear_menu: {1: orders, 2: hours, 0: operator}
          - press: "1"
          - host: {txn: orders, host: shop, data: {who: ann}}
          - {hear: you_have@en, whole: yes}
          - hear: [two, your_orders]
          - hang_up
        expect:
          ended: caller
          path: [orders]
          tags: {asked: orders}
          hosts: [{txn: orders, data: {who: ann}}]
          customer: ann
          language: en
          duration_under: 1min
        """
    )

    assert result.failure is None
    assert result.line_seconds > 1.0


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("[{hear_menu: {1: hours, 2: orders, 0: operator}}]",
         "the menu 1=hours 2=orders 0=operator; heard 1=orders 2=hours 0=operator"),
        ("[{hear_menu: {1: orders, 2: hours}}]", "heard 1=orders 2=hours 0=operator"),
        ("[{not_heard: [none_open, your_orders]}]",
         "not to hear 'your_orders'; heard 'For your orders'"),
        ("[{press: '1'}, {hear: none_open}]", "to hear 'none_open'; heard The number of"),
        ("[{press: '1'}, {hear: you_have@zh-CN, within: 5s}]", "to hear 'you_have@zh-CN'"),
        ("[{hear: {what: welcome, whole: yes, within: 100ms}}]", "the whole of 'welcome'"),
        ("[{press: '2'}, {wait: 20s}, {press: '1'}]", "to press 1; the call was over"),
        ("[{press: '0'}, {host: {txn: orders}}]",
         "a host to be asked 'orders'; hosts were asked nothing"),
        ("[{press: '1'}, {host: {txn: orders, data: {who: bob}}}]",
         "who 'bob' in 'orders'; found 'ann'"),
        ("[{press: $card}]", "the customer to have '$card'; he has none"),
    ],
)  # fmt: skip
def test_a_step_that_is_not_so(run: Runner, call: str, told: str) -> None:
    """The first step that isn't so fails the test, with its line, and tells both sides."""
    results = run(f"test: t\ncustomer: ann\ncall: {call}\n")

    assert told in failure(results)
    assert failure(results).startswith("8: ")


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("ended: caller", "ended caller; found told"),
        ("path: [orders]", "path [orders]; found [hours]"),
        ("language: zh-CN", "language zh-CN; found en"),
        ("duration_under: 1s", "to take less than 1 s; it took"),
        ("tags: {asked: orders}", "tag asked orders; found nothing"),
        ("hosts: [orders]", "hosts [orders]; found []"),
        ("functions: []", "functions []; found [orders]"),
        ("customer: bob", "customer bob; found ann"),
        ("heard: try_later", "to hear 'try_later'; it wasn't heard"),
        ("not_heard: nine", "not to hear 'nine'; heard 'We open at nine.'"),
    ],
)
def test_an_outcome_that_is_not_so(run: Runner, expect: str, told: str) -> None:
    """What is expected of the whole call is compared when it is over."""
    text = f"test: t\ncustomer: ann\ncall: [{{press: '2'}}]\nexpect: {{{expect}}}\n"

    assert told in failure(run(text))


def test_a_failure_shows_where_it_was(run: Runner) -> None:
    """The transcript has what was expected at the place from which on it was looked for."""
    [result] = run("test: t\ncustomer: ann\ncall: [{press: '1'}, {hear: none_open}]\n")

    lines = transcript(result)
    marked = [line for line in lines if line.startswith("> ")]
    assert [line for line in lines if "presses 1" in line]
    assert "expected  to hear 'none_open'" in marked[0]
    assert "shop.test.yaml:8" in marked[0]
    assert "The number of your open orders is two" in marked[2]


def test_the_host_is_late_refuses_or_answers_nonsense(run: Runner) -> None:
    """Each ends in the author's branch; a late answer takes the flow's time, no more."""
    results = run(
        """
        test: late
        customer: ann
        call: [{press: "1"}, {host: {txn: orders, delay: 1h}}, {hear: try_later}, hang_up]
        expect: {duration_under: 10s}
        ---
        test: refuses
        customer: ann
        hosts: {orders: {error: broken}}
        call: [{press: "1"}, {hear: try_later}, hang_up]
        ---
        test: nonsense
        customer: ann
        hosts: {orders: {count: many}}
        call: [{press: "1"}, {hear: try_later}, hang_up]
        ---
        test: no row
        customer: ann
        hosts: {orders: []}
        call: [{press: "1"}, {hear: try_later}, hang_up]
        ---
        test: slow, but in time
        customer: ann
        hosts: {orders: {reply: {count: 0}, delay: 4s}}
        call: [{press: "1"}, {hear: none_open}, hang_up]
        ---
        test: twice, with another answer each time
        customer: ann
        call:
          - press: "1"
          - host: {txn: orders, reply: {count: 1}}
          - hear: [you_have, one]
          - hear: your_orders
          - press: "1"
          - host: {txn: orders, reply: {count: 0}}
          - hear: none_open
          - hang_up
        """
    )

    assert [(r.name, r.failure) for r in results if r.failure] == []


def test_time_and_language_of_a_call(run: Runner) -> None:
    """`now` is what conditions see, `language` what the call begins in."""
    results = run(
        """
        test: at night, in Chinese
        language: zh-CN
        now: 2026-09-21 20:30
        call:
          - hear: welcome@zh-CN
          - hear_menu: {1: hours, 2: night, 0: operator}
          - hang_up
        """
    )

    assert [r.failure for r in results] == [None]


def test_nobody_is_carried_over(run: Runner) -> None:
    """What one test's customer has doesn't show in the next one's."""
    results = run(
        """
        test: one who has orders
        customer: {like: ann, language: zh-CN}
        call: [{hear_menu: {1: orders, 2: hours, 0: operator}}, hang_up]
        expect: {language: zh-CN}
        ---
        test: the same number, nothing open
        customer: {like: ann, functions: []}
        call: [{hear_menu: {1: hours, 0: operator}}, hang_up]
        expect: {language: en, functions: []}
        """
    )

    assert [r.failure for r in results] == [None, None]


def test_processes_give_the_same(run: Runner) -> None:
    """Results come in the order of the file, however many processes ran them."""
    tests = "\n---\n".join(f"test: t{n}\ncall: [{{press: '2'}}]" for n in range(6))

    assert [r.name for r in run(tests, jobs=2)] == [f"t{n}" for n in range(6)]
