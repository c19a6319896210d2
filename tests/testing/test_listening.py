"""Reading menus back from what was said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from boardivr.customer import Customer
from boardivr.flows.evaluate import Scope
from boardivr.flows.expressions import Expression, Variable, parts
from boardivr.flows.loader import load_flow
from boardivr.flows.menu import render
from boardivr.flows.values import Held
from boardivr.flows.walk import every
from boardivr.hal.loopback.telephone import Heard
from boardivr.testing.listening import MenuReader, find, plain
from boardivr.testing.silence import SilentPrompts

BANK = load_flow(Path(__file__).parents[2] / "flows" / "bank.yaml")
VOICE = SilentPrompts(BANK)
VARIABLES: dict[str, Held] = {
    tree.name: "1"
    for expression in every(Expression, BANK)
    for tree in parts(expression.tree)
    if isinstance(tree, Variable)
}
NOW = datetime(2026, 9, 21, 6, 0, tzinfo=UTC)


def said(texts: list[tuple[str, str]]) -> list[Heard]:
    return [Heard(at=n, what="heard", name=name, text=text) for n, (name, text) in enumerate(texts)]


@given(
    functions=st.frozensets(st.sampled_from([str(name) for name in BANK.functions])),
    menu=st.sampled_from([str(name) for name in BANK.menus]),
    language=st.sampled_from(["zh-CN", "en"]),
    has_back=st.booleans(),
)
def test_what_is_announced_is_read_back(
    functions: frozenset[str], menu: str, language: str, has_back: bool
) -> None:
    """For every customer, menu and language: keys and choices as they were rendered."""
    customer = Customer(id="c", functions=functions)
    tree = render(
        BANK, customer, NOW, menu, language=language, variables=VARIABLES, has_back=has_back
    )
    clips = VOICE.clips(tree.announcement, language)
    log = said([("welcome@" + language, "words before it")])
    log += said([(clip.name, clip.text) for clip in clips])
    reader = MenuReader(BANK, VOICE, Scope(variables=VARIABLES, customer=customer, now=NOW))

    choices, end = reader.read(log, 0)

    announced = {key: choice.id for key, choice in tree.by_key.items() if choice.say}
    assert {key: name_of(menu, id) for key, id in choices.items()} == {
        key: name_of(menu, id) for key, id in announced.items()
    }
    assert end == (len(log) if announced else 0)


def name_of(menu: str, id: str) -> str:
    """A choice by its words: what two menus say alike can't be told apart by ear."""
    for found in BANK.menus.values():
        for name, item in found.items.items():
            if name == id:
                return str(item.say.pieces[0].prompt)
    return id


def test_words_run_over_clips() -> None:
    """Spaces, signs and capitals don't count, nor where one clip ends; ids are whole clips."""
    log = said(
        [("a@en", "Your balance is"), ("say:money@en", "ten dollars."), ("b@zh-CN", "再见。")]
    )

    assert find(log, "balance is TEN", ()) == 1
    assert find(log, "b", {"b"}) == 2
    assert find(log, "b@en", {"b"}) is None
    assert find(log, "b@zh-CN", {"b"}) == 2
    assert find(log, "your", (), since=1) is None
    assert plain("Ten, dollars! 再见。") == "tendollars再见"
