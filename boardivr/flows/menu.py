"""The menu that one customer hears: filtered, sorted, numbered and announced for him.

:func:`render` is pure. Its rules: what isn't open doesn't exist; the rest is in the
customer's order, then as written; keys run from the first without a gap; `always`
items keep their keys and come last; what doesn't fit goes into "more"; a group with
nothing in it doesn't exist either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar, cast

from boardivr.customer import Customer
from boardivr.flows.announce import announcement
from boardivr.flows.evaluate import Scope, holds
from boardivr.flows.model import KEYS_IN_ORDER, Always, Flow, Item, Menu
from boardivr.flows.parts import Say
from boardivr.flows.say import spoken
from boardivr.flows.values import FlowFault, Held
from boardivr.prompts.pieces import Piece

MORE: Final = "more"
"""Id of the choice that leads to the rest of a long menu."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice as this customer has it.

    :param say: its name, without the key
    :param short: its name from the second round on
    :param target: where it goes; None for "more"
    :param synonyms: other words for it that a caller may say
    """

    id: str
    key: str
    say: tuple[Piece, ...]
    target: str | None
    short: tuple[Piece, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MenuTree:
    """A menu as this customer has it.

    :param choices: those with computed keys, in order
    :param always: those with their own keys
    :param announcement: what is said: each choice, then its key, with pauses between
    :param short_announcement: the same with short names, for the second round
    :param more: the page behind the choice :data:`MORE`
    """

    menu: str
    choices: tuple[Choice, ...]
    always: tuple[Choice, ...]
    announcement: tuple[Piece, ...]
    short_announcement: tuple[Piece, ...]
    more: MenuTree | None = None

    @property
    def by_key(self) -> dict[str, Choice]:
        return {choice.key: choice for choice in (*self.choices, *self.always)}

    def summary(self) -> str:
        """Return keys and ids, for traces: ``1=balance 2=forex 0=agent``."""
        return " ".join(f"{key}={choice.id}" for key, choice in self.by_key.items())

    def pages(self) -> Iterator[MenuTree]:
        """Yield this page and those behind "more"."""
        page: MenuTree | None = self
        while page is not None:
            yield page
            page = page.more


def render(
    flow: Flow,
    customer: Customer | None,
    now: datetime,
    menu_id: str,
    *,
    language: str | None = None,
    variables: Mapping[str, Held] | None = None,
    has_back: bool = False,
) -> MenuTree:
    """Return a menu as a customer hears it.

    :param now: the time, for conditions; taken to the flow's time zone if it has one
    :param language: the call's language; None takes the flow's first
    :param variables: the call's variables, for conditions
    :param has_back: there is a menu to go back to; else `always` items that go back don't exist
    :raises FlowFault: a condition can't be worked out
    """
    flow = flow.of(customer)
    scope = Scope(
        variables=variables or {},
        customer=flow.served(customer) if customer is not None else None,
        now=flow.local(now),
        holidays=flow.holidays,
        fixed=flow.fixed,
    )
    rendering = _Rendering(
        flow=flow, scope=scope, language=language or flow.language.default, menu_id=menu_id
    )
    return rendering.tree(has_back)


def visible(flow: Flow, scope: Scope, menu_id: str) -> list[tuple[str, Item]]:
    """Return the items of a menu that exist for a customer, in his order."""
    return _visible(flow, scope, menu_id, frozenset())


def _visible(
    flow: Flow, scope: Scope, menu_id: str, above: frozenset[str]
) -> list[tuple[str, Item]]:
    menu = _menu(flow, menu_id)
    above = above | {menu_id}
    items = [
        (str(name), item)
        for name, item in menu.items.items()
        if (item.when is None or holds(item.when, scope))
        and not _is_hidden(name, item, scope.customer)
        and not _is_empty_group(flow, scope, item, above)
    ]
    ranks = _ranks(flow, menu_id, scope.customer)
    items.sort(key=lambda named: ranks.get(named[0], len(ranks)))  # stable: the rest as written
    return items


def _ranks(flow: Flow, menu_id: str, customer: Customer | None) -> dict[str, int]:
    """Return the places of items that aren't as written: his own order, then what he learned."""
    if customer is None:
        return {}
    menu = _menu(flow, menu_id)
    own = customer.order if menu.order == "customer" else ()
    learned = customer.learned.get(place(flow, menu_id), ()) if flow.is_sticky(menu) else ()
    return {name: rank for rank, name in enumerate(dict.fromkeys((*own, *learned)))}


def place(flow: Flow, menu_id: str) -> str:
    """Return the name of a menu among those of all flows, for what a customer has learned."""
    return f"{flow.name}.{menu_id}"


def learned(flow: Flow, customer: Customer, tree: MenuTree) -> tuple[str, ...]:
    """Return the order of a menu's items that a customer knows once he has heard it.

    What isn't there today keeps its place; what the flow has no more loses it.
    """
    before = customer.learned.get(place(flow, tree.menu), ())
    heard = [choice.id for page in tree.pages() for choice in page.choices if choice.id != MORE]
    known = _menu(flow, tree.menu).items
    return tuple(dict.fromkeys(name for name in (*before, *heard) if name in known))


def _menu(flow: Flow, menu_id: str) -> Menu:
    menu = flow.menu(menu_id)
    if menu is None:
        raise FlowFault(f"flow {flow.name} has no menu {menu_id!r}")
    return menu


def _is_hidden(name: str, item: Item, customer: Customer | None) -> bool:
    return customer is not None and name in customer.hide and not item.pin


def _is_empty_group(flow: Flow, scope: Scope, item: Item, above: frozenset[str]) -> bool:
    """Return whether a choice leads to a menu with nothing in it; a menu above it has something."""
    if item.go not in flow.menus or item.go in above:
        return False
    if flow.menus[item.go].empty is not None:
        return False
    return not _visible(flow, scope, item.go, above)


@dataclass(frozen=True, kw_only=True)
class _Rendering:
    flow: Flow
    scope: Scope
    language: str
    menu_id: str

    def tree(self, has_back: bool) -> MenuTree:
        items = visible(self.flow, self.scope, self.menu_id)
        breadth = self.flow.breadth(_menu(self.flow, self.menu_id))
        pages = pages_of(items, breadth)
        tree: MenuTree | None = None
        for number in range(len(pages) - 1, -1, -1):
            tree = self.page(pages[number], tree, has_back or number > 0)
        assert tree is not None
        return tree

    def page(
        self, items: list[tuple[str, Item]], rest: MenuTree | None, has_back: bool
    ) -> MenuTree:
        first = self.flow.defaults.keys.first - 1
        keys = iter(KEYS_IN_ORDER[first:])
        choices = [
            Choice(
                id=name,
                key=next(keys),
                say=self.say(item.say),
                target=str(item.go),
                short=self.say(item.short),
                synonyms=self.synonyms(item),
            )
            for name, item in items
        ]
        if rest is not None:
            more = self.say(self.flow.defaults.more)
            choices.append(Choice(id=MORE, key=next(keys), say=more, target=None))
        always = tuple(self.always(has_back))
        return MenuTree(
            menu=self.menu_id,
            choices=tuple(choices),
            always=always,
            announcement=tuple(self.announcement([*choices, *always], is_short=False)),
            short_announcement=tuple(self.announcement([*choices, *always], is_short=True)),
            more=rest,
        )

    def always(self, has_back: bool) -> Iterator[Choice]:
        for name, item in self.flow.always(_menu(self.flow, self.menu_id)).items():
            if item.go == "back" and not has_back:
                continue
            if item.when is None or holds(item.when, self.scope):
                yield Choice(
                    id=str(name),
                    key=str(item.key),
                    say=self.say(item.say),
                    target=str(item.go),
                    synonyms=self.synonyms(item),
                )

    def synonyms(self, item: Item | Always) -> tuple[str, ...]:
        named = cast(dict[str, tuple[str, ...]], item.synonyms)
        return named.get(self.language) or named.get(self.language.split("-")[0], ())

    def say(self, say: Say | None) -> tuple[Piece, ...]:
        return tuple(piece for _, piece in spoken(say, self.scope, self.language))

    def announcement(self, choices: list[Choice], *, is_short: bool) -> Iterator[Piece]:
        named = [(c.short if is_short and c.short else c.say, c.key) for c in choices]
        return announcement(self.flow, self.language, named)


T = TypeVar("T")


def pages_of(items: list[T], breadth: int) -> list[list[T]]:
    """Cut items into pages; all but the last leave a key for "more"."""
    pages = []
    while len(items) > breadth:
        pages.append(items[: breadth - 1])
        items = items[breadth - 1 :]
    return [*pages, items]
