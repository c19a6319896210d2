"""Files of tests: what is wrong in them is told with its place, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.testing import running
from boardivr.testing.script import ScriptError, read_script_text
from boardivr.yamlread import Problem, ReadError

PATH = Path("shop.test.yaml")


def problems(text: str) -> list[str]:
    with pytest.raises(ReadError) as caught:
        read_script_text(text, PATH)
    return [
        f"{p.at.line}:{p.at.column}: {p.code}: {p.message}; {p.hint}" for p in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("test: a\ncall: [{prss: '1'}]", "2:9: unknown-step: unknown step 'prss'; did you mean"),
        ("test: a\ncall: [{press: 'x'}]", "2:16: value: expected keys of 0-9*#A-D, found 'x'"),
        ("test: a\ncal: []", "2:1: unknown-key: unknown key 'cal'; did you mean 'call'?"),
        ("call: []", "1:1: missing-key: 'test' is missing"),
        ("test: a\n---\ntest: a", "3:7: duplicate-test: test 'a' is already on line 1"),
        ("test: a\ncustomer: bob", "2:11: unknown-customer: there is no customer 'bob'"),
        ("test: a\ncall: [{do: x}]", "2:13: unknown-steps: there are no steps 'x'"),
        ("shared: {calls: {x: [{do: x}]}}", "1:18: nested-steps: "),
        ("test: a\n---\nshared: {}", "3:1: shared-first: 'shared' comes first"),
        ("test: a\nnow: noon", "2:6: value: expected a date and time such as"),
        ("test: a\ncall: [{hear: '...'}]", "2:15: value: expected a prompt or words"),
        ("test: a\ncall: [{hang_up: now}]", "2:18: value: 'hang_up' takes no value"),
    ],
)
def test_what_is_wrong(text: str, told: str) -> None:
    """Each mistake has a place in the whole file, a code, and a hint."""
    assert any(problem.startswith(told) for problem in problems(text)), problems(text)


def test_all_documents_are_looked_at() -> None:
    """A broken test doesn't hide the next one's problems."""
    found = problems("test: a\nx: 1\n---\n# words\ntest: b\ny: 1\n---\n")

    assert [problem.partition(": ")[0] for problem in found] == ["2:1", "6:1"]


def test_names_that_the_flow_does_not_have(folder: Path) -> None:
    """Prompts, items, functions and languages are looked up before a call is made."""
    path = folder / "shop.test.yaml"
    path.write_text(
        "test: a\ncustomer: {functions: [ordres]}\nlanguage: fr\ncall:\n"
        "- hear: to the shop\n- hear: you_hav\n- hear: welcome@fr\n- hear_menu: {1: order}\n"
        "expect: {path: [night, nights]}\n",
        "utf-8",
    )

    with pytest.raises(ScriptError) as caught:
        running.load([path])

    assert [(p.at.line, p.code, p.hint) for p in caught.value.problems] == [
        (2, "unknown-service", "did you mean 'orders'?"),
        (3, "unknown-language", "there are en, zh-CN"),
        (6, "unknown-prompt", "did you mean 'you_have'?"),
        (7, "unknown-language", "there are en, zh-CN"),
        (8, "unknown-item", "did you mean 'orders'?"),
        (9, "unknown-item", "did you mean 'night'?"),
    ]


@given(st.text(alphabet=st.sampled_from("test:cal[]{}-,\n \"'#1$*haer"), max_size=80))
def test_no_text_brings_the_reader_down(text: str) -> None:
    """Whatever a file has in it is read, or told to be wrong."""
    found: tuple[Problem, ...] = ()
    try:
        read_script_text(text, PATH)
    except ReadError as error:
        found = error.problems

    assert all(problem.at.line >= 1 and problem.code for problem in found)
