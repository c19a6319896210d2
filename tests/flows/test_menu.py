"""Menus as customers hear them: the rules, as properties of any menu and any customer."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.customer import Customer
from boardivr.flows.menu import MORE, MenuTree, learned, render
from boardivr.flows.model import Flow
from boardivr.flows.values import FlowFault
from boardivr.prompts.pieces import Pause, PromptRef, Spelled, Text
from boardivr.yamlread import read_text

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
NAMES = [f"f{n}" for n in range(14)]


def flow_of(items: list[str], *, breadth: int = 5, first: int = 1, extra: str = "") -> Flow:
    """A flow whose main menu has these items, each there if its function is open."""
    lines = [f"      {n}: {{say: {n}, go: {n}, when: 'open(\"{n}\")'{extra}}}" for n in items]
    return read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: zh-CN, others: [en]}\nstart: [main]\n"
        f"defaults:\n  more: more_please\n  limits: {{breadth: {breadth}}}\n"
        f"  keys: {{first: {first}}}\n"
        "  always:\n    agent: {key: '0', say: agent, go: agent}\n"
        "    back: {key: '*', say: back, go: back}\n"
        "menus:\n  main:\n    items:\n" + "\n".join(lines) + "\n",
        "t.yaml",
        Flow,
    )


FUNCTIONS = st.lists(st.sampled_from(NAMES), unique=True, max_size=14)


@st.composite
def menus(draw):
    """A flow, and a customer with anything open, ordered and hidden."""
    items = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=14))
    flow = flow_of(
        items, breadth=draw(st.integers(2, 9)), first=draw(st.integers(1, 5)),
        extra=draw(st.sampled_from(["", ", pin: yes"])),
    )  # fmt: skip
    customer = Customer(
        id="x",
        functions=frozenset(draw(FUNCTIONS)),
        order=tuple(draw(FUNCTIONS)),
        hide=frozenset(draw(FUNCTIONS)),
    )
    return flow, customer


def expected(flow: Flow, customer: Customer) -> list[str]:
    """The items that must be there, worked out another way."""
    menu = flow.menus["main"]  # type: ignore[index]
    there = [
        str(name)
        for name, item in menu.items.items()
        if name in customer.functions and (item.pin or name not in customer.hide)
    ]
    ordered = [name for name in customer.order if name in there]
    return ordered + [name for name in there if name not in ordered]


@given(menus())
def test_every_open_function_and_no_other(made):
    """Each open function that he hasn't hidden is reachable once, in his order; no closed one."""
    flow, customer = made
    tree = render(flow, customer, NOW, "main")

    assert [c.id for page in tree.pages() for c in page.choices if c.id != MORE] == expected(
        flow, customer
    )


@given(menus())
def test_keys_run_without_a_gap(made):
    """On every page keys run from the first; each key is one choice."""
    flow, customer = made

    for page in render(flow, customer, NOW, "main").pages():
        first = flow.defaults.keys.first
        assert [c.key for c in page.choices] == [str(first + n) for n in range(len(page.choices))]
        assert len(page.by_key) == len(page.choices) + len(page.always)


@given(menus())
def test_limits_are_kept(made):
    """No page is broader than the limit; "more" is there exactly where there is more, and last."""
    flow, customer = made

    for page in render(flow, customer, NOW, "main").pages():
        assert len(page.choices) <= flow.defaults.limits.breadth
        assert [c.id for c in page.choices[:-1]].count(MORE) == 0
        assert bool(page.choices and page.choices[-1].id == MORE) == (page.more is not None)


@given(menus())
def test_what_is_said_is_what_the_keys_do(made):
    """The announcement names each choice, then its own key."""
    flow, customer = made

    for page in render(flow, customer, NOW, "main").pages():
        said = [p for p in page.announcement if isinstance(p, PromptRef | Spelled)]
        pairs = [(a.id, b.text) for a, b in zip(said[::2], said[1::2], strict=True)]
        assert pairs == [
            ("more_please" if c.id == MORE else c.id, c.key) for c in (*page.choices, *page.always)
        ]


@given(menus())
def test_rendering_is_pure(made):
    """The same customer at the same time hears the same."""
    flow, customer = made

    assert render(flow, customer, NOW, "main") == render(flow, customer, NOW, "main")


@given(menus(), st.booleans())
def test_always_comes_last_with_its_own_key(made, has_back):
    """`always` items keep their keys on every page; back is there only with somewhere to go."""
    flow, customer = made

    for number, page in enumerate(render(flow, customer, NOW, "main", has_back=has_back).pages()):
        keys = {c.id: c.key for c in page.always}
        assert keys == {"agent": "0"} | ({"back": "*"} if has_back or number else {})


def test_announcement_in_each_language():
    """Function first, then the key, with a pause between choices, in the language's own pattern."""
    flow = flow_of(["f1", "f2"])
    customer = Customer(id="x", functions=frozenset({"f1", "f2"}))

    chinese = render(flow, customer, NOW, "main").announcement
    english = render(flow, customer, NOW, "main", language="en").announcement

    assert chinese[:5] == (
        PromptRef("f1"),
        Text(",请按"),
        Spelled("1"),
        Pause(0.25),
        PromptRef("f2"),
    )
    assert english[:3] == (PromptRef("f1"), Text(", press"), Spelled("1"))


def test_the_flow_can_word_the_announcement():
    """A flow's own pattern may put words on every side."""
    flow = read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: de}\nstart: [main]\n"
        "defaults: {announce: {de: 'für {say} die {key} drücken'}}\n"
        "menus: {main: {items: {a: {say: a, go: a}}}}\n",
        "t.yaml",
        Flow,
    )

    assert render(flow, None, NOW, "main").announcement == (
        Text("für"), PromptRef("a"), Text("die"), Spelled("1"), Text("drücken"),
    )  # fmt: skip


def test_empty_groups_do_not_exist():
    """A choice whose menu has nothing in it for the customer isn't there, all the way up."""
    flow = read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [main]\nmenus:\n"
        "  main: {items: {pay: {say: a, go: pay}, info: {say: b, go: info}}}\n"
        "  pay: {items: {abroad: {say: c, go: abroad}, up: {say: d, go: main, when: no}}}\n"
        "  abroad: {items: {swift: {say: e, go: x, when: 'open(\"swift\")'}}}\n"
        "  info: {items: {rates: {say: f, go: x}}}\n",
        "t.yaml",
        Flow,
    )
    open_for = Customer(id="x", functions=frozenset({"swift"}))

    assert render(flow, None, NOW, "main").summary() == "1=info"
    assert render(flow, open_for, NOW, "main").summary() == "1=pay 2=info"


def test_conditions_see_time_and_variables():
    """`when` may ask the time and what the call knows."""
    flow = read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [main]\nmenus:\n"
        "  main: {items: {a: {say: a, go: x, when: hour() < 12}, b: {say: b, go: x, when: $vip}"
        "}}\n",
        "t.yaml",
        Flow,
    )

    assert render(flow, None, NOW, "main", variables={"vip": True}).summary() == "1=b"
    with pytest.raises(FlowFault, match=r"\$vip isn't set"):
        render(flow, None, NOW, "main")


def test_unknown_menus_and_languages_are_faults():
    """Nothing is rendered from what isn't there."""
    with pytest.raises(FlowFault, match="flow t has no menu 'x'"):
        render(flow_of(["f1"]), None, NOW, "x")
    with pytest.raises(FlowFault, match="no way to announce a choice in fr"):
        render(flow_of(["f1"]), None, NOW, "main", language="fr")


def test_prompts_fall_back_by_language(tmp_path: Path):
    """A prompt without words in a language has those of a fallback language."""
    flow = read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: zh-CN, others: [yue, en], fallback: [zh-CN]}\n"
        "start: [x]\nprompts: {a: {zh-CN: 好, en: {text: fine, file: a.wav}}}\n",
        str(tmp_path / "t.yaml"),
        Flow,
    )

    sources = flow.prompt_sources()["a"].sources
    assert {tag: s.text for tag, s in sources.items()} == {"zh-CN": "好", "yue": "好", "en": "fine"}
    assert sources["en"].file is not None
    assert sources["en"].file.is_absolute()


def sticky(flow: Flow) -> Flow:
    keys = dataclasses.replace(flow.defaults.keys, mode="sticky")
    return dataclasses.replace(flow, defaults=dataclasses.replace(flow.defaults, keys=keys))


def ids(tree: MenuTree) -> list[str]:
    return [c.id for page in tree.pages() for c in page.choices if c.id != MORE]


def heard(flow: Flow, customer: Customer) -> Customer:
    """The customer after he has heard his main menu."""
    known = learned(flow, customer, render(flow, customer, NOW, "main"))
    return dataclasses.replace(customer, learned={"t.main": known})


@given(menus(), FUNCTIONS)
def test_sticky_keys_stay_when_functions_are_added(made, more):
    """What is opened later comes after all that he has heard, wherever it is written."""
    flow, customer = made
    flow = sticky(flow)
    customer = dataclasses.replace(customer, order=())  # his own order says where it comes
    before = heard(flow, customer)
    after = dataclasses.replace(before, functions=before.functions | set(more))

    known = ids(render(flow, before, NOW, "main"))
    assert ids(render(flow, after, NOW, "main"))[: len(known)] == known
    assert sorted(ids(render(flow, after, NOW, "main"))) == sorted(expected(flow, after))


@given(menus(), FUNCTIONS)
def test_sticky_keys_come_back_to_their_places(made, away):
    """What isn't there for a while comes back where it was; nothing is learned twice."""
    flow, customer = made
    flow = sticky(flow)
    before = heard(flow, customer)
    without = heard(flow, dataclasses.replace(before, functions=before.functions - set(away)))

    again = heard(flow, dataclasses.replace(without, functions=before.functions))
    assert again.learned == without.learned == before.learned
    assert ids(render(flow, again, NOW, "main")) == ids(render(flow, before, NOW, "main"))


@given(menus())
def test_nothing_learned_counts_where_keys_renumber(made):
    """What a sticky menu taught is forgotten once the flow renumbers."""
    flow, customer = made
    taught = dataclasses.replace(customer, learned={"t.main": tuple(reversed(NAMES))})

    assert ids(render(flow, taught, NOW, "main")) == expected(flow, customer)


def test_a_menu_may_be_sticky_by_itself():
    """`keys` of a menu goes before that of the defaults; his own order goes before both."""
    flow = flow_of(["f1", "f2", "f3"], extra="")
    menu = dataclasses.replace(flow.menus["main"], keys="sticky")  # type: ignore[index]
    flow = dataclasses.replace(flow, menus={"main": menu})
    everything = Customer(
        id="x", functions=frozenset({"f1", "f2", "f3"}), learned={"t.main": ("f3", "f1")}
    )

    assert ids(render(flow, everything, NOW, "main")) == ["f3", "f1", "f2"]
    own = dataclasses.replace(everything, order=("f2",))
    assert ids(render(flow, own, NOW, "main")) == ["f2", "f3", "f1"]


def test_short_names_are_for_the_second_round():
    """The second announcement has short names where there are some, with the same keys."""
    flow = read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [main]\n"
        "menus: {main: {items: {a: {say: long, short: brief, go: a}, b: {say: b, go: b}}}}\n",
        "t.yaml",
        Flow,
    )

    tree = render(flow, None, NOW, "main")
    assert [p.id for p in tree.announcement if isinstance(p, PromptRef)] == ["long", "b"]
    assert [p.id for p in tree.short_announcement if isinstance(p, PromptRef)] == ["brief", "b"]
    assert [p for p in tree.announcement if isinstance(p, Spelled)] == [
        p for p in tree.short_announcement if isinstance(p, Spelled)
    ]


def test_other_words_for_an_item_are_kept():
    """Synonyms are read by language, for recognition."""
    flow = read_text(
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [main]\n"
        "menus: {main: {items: {a: {say: a, go: a, synonyms: {en: [money, my account]}}}}}\n",
        "t.yaml",
        Flow,
    )

    assert flow.menus["main"].items["a"].synonyms == {"en": ("money", "my account")}  # type: ignore[index]
