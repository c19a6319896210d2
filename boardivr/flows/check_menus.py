"""Rules about menus: keys, breadth, depth, what is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from boardivr.flows.menu import MORE
from boardivr.flows.model import KEYS_IN_ORDER, Flow, Menu
from boardivr.flows.parts import SayPiece
from boardivr.flows.walk import every
from boardivr.yamlread import Mark, Name, Problem


def keys_do_not_clash(flow: Flow) -> Iterator[Problem]:
    """``key-clash``: two choices can come to the same key."""
    first = flow.defaults.keys.first
    for name, menu in flow.menus.items():
        count = min(len(menu.items), flow.breadth(menu))
        taken = dict.fromkeys(KEYS_IN_ORDER[first - 1 : first - 1 + count], "a computed key")
        for item_name, item in flow.always(menu).items():
            if len(item.key) != 1:
                message = f"expected one key, found {str(item.key)!r}"
                yield Problem(at=item.key.at, code="value", message=message)
            elif item.key in taken:
                message = f"key {item.key} of {str(item_name)!r} is {taken[item.key]}"
                hint = f"in menu {str(name)!r}; 0, * and # are free for 'always'"
                yield Problem(at=item.key.at, code="key-clash", message=message, hint=hint)
            else:
                taken[item.key] = f"that of {str(item_name)!r}"


def menus_are_no_broader(flow: Flow) -> Iterator[Problem]:
    """``breadth``: more choices than keys, or a limit that can't be kept."""
    for at, limit in _limits(flow):
        if not 2 <= limit <= len(KEYS_IN_ORDER):
            message = f"expected a breadth of 2 to {len(KEYS_IN_ORDER)}, found {limit}"
            yield Problem(at=at, code="breadth", message=message)
    first = flow.defaults.keys.first
    if not 1 <= first <= len(KEYS_IN_ORDER) - 1 and flow.defaults.keys.at:
        message = f"expected a first key of 1 to 8, found {first}"
        yield Problem(at=flow.defaults.keys.at, code="breadth", message=message)
    for name, menu in flow.menus.items():
        if len(menu.items) > flow.breadth(menu) and menu.overflow == "error":
            message = (
                f"menu {str(name)!r} has {len(menu.items)} items, at most {flow.breadth(menu)}"
            )
            hint = "take some into a menu of their own, or let 'overflow: more' do it"
            yield Problem(at=name.at, code="breadth", message=message, hint=hint)


def _limits(flow: Flow) -> Iterator[tuple[Mark, int]]:
    if flow.defaults.limits.at:
        yield flow.defaults.limits.at, flow.defaults.limits.breadth
    for menu in flow.menus.values():
        if menu.breadth is not None and menu.at:
            yield menu.at, menu.breadth


def menus_are_no_deeper(flow: Flow) -> Iterator[Problem]:
    """``depth``: a menu lies deeper below another than callers can follow."""
    most = flow.defaults.limits.depth
    roots = set(flow.menus) - {
        item.go for menu in flow.menus.values() for item in menu.items.values()
    }
    told: set[str] = set()
    for root in roots or set(list(flow.menus)[:1]):
        for chain in _chains(flow, (root,), most):
            if len(chain) > most and chain[-1] not in told:
                told.add(chain[-1])
                message = f"menu {str(chain[-1])!r} is {len(chain)} levels deep, at most {most}"
                hint = " > ".join(chain)
                yield Problem(at=chain[-1].at, code="depth", message=message, hint=hint)


def _chains(flow: Flow, chain: tuple[Name, ...], most: int) -> Iterator[tuple[Name, ...]]:
    """Yield the ways down from a menu, until one level too many."""
    yield chain
    if len(chain) > most:
        return
    names = {str(name): name for name in flow.menus}
    for go in {str(item.go) for item in flow.menus[chain[-1]].items.values()}:
        if go in names and go not in chain:
            yield from _chains(flow, (*chain, names[go]), most)


def more_is_said(flow: Flow) -> Iterator[Problem]:
    """``missing-more``: a menu can overflow, and "more" has no words."""
    for name, menu in flow.menus.items():
        overflows = len(menu.items) > flow.breadth(menu) and menu.overflow == "more"
        if overflows and flow.defaults.more is None:
            message = f"menu {str(name)!r} can overflow, but nothing says that there is more"
            hint = "add 'more: PROMPT' to 'defaults'"
            yield Problem(at=name.at, code="missing-more", message=message, hint=hint)


def menus_are_not_empty(flow: Flow) -> Iterator[Problem]:
    """``empty-menu``: a menu has no items at all, or one of its items the name of "more"."""
    for name, menu in flow.menus.items():
        if not menu.items:
            message = f"menu {str(name)!r} has no items"
            yield Problem(at=name.at, code="empty-menu", message=message)
        elif _may_be_empty(menu) and name in flow.start:
            message = f"nobody may have anything open in menu {str(name)!r}"
            hint = "say what happens then with 'empty'"
            yield Problem(
                at=name.at, code="empty-menu", message=message, hint=hint, is_warning=True
            )
        for item in (*menu.items, *menu.always):
            if item == MORE:
                message = f"{MORE!r} is the name of the choice that leads to the rest"
                yield Problem(at=item.at, code="name-clash", message=message)


def _may_be_empty(menu: Menu) -> bool:
    return menu.empty is None and all(item.when is not None for item in menu.items.values())


def items_differ(flow: Flow) -> Iterator[Problem]:
    """``duplicate-item``: two items say the same under the same condition."""
    for menu in flow.menus.values():
        seen: dict[object, Name] = {}
        for name, item in menu.items.items():
            what = (item.say, item.when)
            if what in seen:
                message = f"{str(name)!r} says the same as {str(seen[what])!r}"
                yield Problem(at=name.at, code="duplicate-item", message=message)
            seen.setdefault(what, name)


def choices_can_be_announced(flow: Flow) -> Iterator[Problem]:
    """``announce``: a language has no way to say "press", or one without its places."""
    for language in flow.language.all:
        if flow.menus and flow.announce(language) is None:
            message = f"no way to announce a choice in {str(language)!r}"
            hint = "add it under 'defaults: announce', as '{say}, press {key}'"
            yield Problem(at=language.at, code="announce", message=message, hint=hint)
    for language, pattern in flow.defaults.announce.items():
        say, key = pattern.find("{say}"), pattern.find("{key}")
        if not 0 <= say < key:
            message = f"expected {{say}} and then {{key}}, found {pattern!r}"
            yield Problem(at=language.at, code="announce", message=message)


def one_language_a_menu(flow: Flow) -> Iterator[Problem]:
    """``language-in-menu``: an item's name is always in the language of the call."""
    for menu in flow.menus.values():
        for item in (*menu.items.values(), *flow.always(menu).values()):
            for piece in every(SayPiece, item):
                if piece.language is not None and piece.at:
                    message = "a choice is announced in the language of the call"
                    yield Problem(at=piece.at, code="language-in-menu", message=message)


RULES: Final = (
    keys_do_not_clash,
    menus_are_no_broader,
    menus_are_no_deeper,
    more_is_said,
    menus_are_not_empty,
    items_differ,
    choices_can_be_announced,
    one_language_a_menu,
)
