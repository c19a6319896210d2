"""``my_menu``: the customer arranges a menu of his, by phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from boardivr.flows.announce import announcement
from boardivr.flows.choosing import Manner, Offer, choose
from boardivr.flows.menu import place, render, visible
from boardivr.flows.model import Flow, Item
from boardivr.flows.parts import Interrupt, Next, Retry, Say, Step, Target
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken, spoken
from boardivr.flows.values import FlowFault
from boardivr.prompts.pieces import Piece
from boardivr.yamlread import Problem, near

LEAVE = "*"


@dataclass(frozen=True, kw_only=True)
class MyMenu(Step):
    """``- my_menu: main``: put its choices in another order, hide some, or have all back."""

    kind: ClassVar[str] = "my_menu"
    main: ClassVar[str] = "menu"
    takes_input: ClassVar[bool] = True
    words: ClassVar[tuple[str, ...]] = (
        "menu_arrange", "menu_hide", "menu_show", "menu_reset", "menu_done", "menu_first",
        "menu_next", "menu_rest", "menu_which_hide", "menu_which_show", "menu_now", "go_back",
        "more_choices",
    )  # fmt: skip

    menu: Target
    say: Say | None = None
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    no_input: Retry | None = None
    no_match: Retry | None = None

    def check(self, flow: Flow) -> Iterator[Problem]:
        menu = flow.menu(self.menu)
        if menu is None and self.menu in flow.steps:
            message = f"{str(self.menu)!r} is a section, not a menu"
            hint = near(self.menu, flow.menus)
            yield Problem(at=self.menu.at, code="unknown-target", message=message, hint=hint)
        if menu is not None and menu.order == "written":
            message = f"menu {str(self.menu)!r} is in the written order: nobody can arrange it"
            hint = "leave 'order: written' out"
            yield Problem(at=self.menu.at, code="unused-option", message=message, hint=hint)
        if flow.customer is None:
            message = "nobody is looked up, so nobody has a menu of his own"
            hint = "add 'customer: {from: [ani]}'"
            yield Problem(at=self.menu.at, code="no-customer", message=message, hint=hint)

    def perform(self, run: Run) -> Next | None:
        if run.customer is None:
            raise FlowFault("nobody is identified, so there is no menu of his to arrange")
        manner = Manner(
            interrupt=self.interrupt,
            typeahead=self.typeahead,
            no_input=self.no_input,
            no_match=self.no_match,
        )
        return _Arranging(run, str(self.menu), manner).work(run.spoken(self.say))


class _Arranging:
    def __init__(self, run: Run, menu: str, manner: Manner) -> None:
        self.run = run
        self.menu = menu
        self.manner = manner

    def work(self, words: list[Spoken]) -> Next | None:
        """Offer what can be done with the menu as it is, until he has finished."""
        deeds = {
            "menu_arrange": self.arrange,
            "menu_hide": self.hide,
            "menu_show": self.show,
            "menu_reset": self.reset,
        }
        while True:
            offers = [Offer(id=name, say=self.run.words(name)) for name in self.possible()]
            done = Offer(id="menu_done", say=self.run.words("menu_done"), key=LEAVE)
            chosen = choose(self.run, words, [*offers, done], self.manner)
            if not isinstance(chosen, str):
                return chosen
            if chosen == "menu_done":
                return None
            leave = deeds[chosen]()
            if leave is not None:
                return leave
            words = self.told()

    def possible(self) -> Iterator[str]:
        here, hidden = self.here(), self.hidden()
        if len(here) > 1:
            yield "menu_arrange"
        if len(here) > 1 and self.hideable():
            yield "menu_hide"
        if hidden:
            yield "menu_show"
        customer, names = self.run.customer, self.names()
        learned = customer.learned.get(self.place()) if customer else None
        if customer and (names.intersection((*customer.order, *customer.hide)) or learned):
            yield "menu_reset"

    # what can be done

    def arrange(self) -> Next | None:
        """Ask which comes first, which next, until he leaves the rest as it is."""
        left, order = self.here(), list[str]()
        rest = Offer(id="", say=self.run.words("menu_rest"), key=LEAVE)
        while len(left) > 1:
            words = self.said("menu_next" if order else "menu_first")
            chosen = self.pick(words, left, rest)
            if not isinstance(chosen, str):
                return chosen
            if not chosen:
                break
            order.append(chosen)
            del left[chosen]
        self.keep(order=[*order, *left] if order else None)
        return None

    def hide(self) -> Next | None:
        return self.change("menu_which_hide", self.hideable(), is_hidden=True)

    def show(self) -> Next | None:
        return self.change("menu_which_show", self.hidden(), is_hidden=False)

    def change(self, question: str, items: dict[str, Item], *, is_hidden: bool) -> Next | None:
        back = Offer(id="", say=self.run.words("go_back"), key=LEAVE)
        chosen = self.pick(self.said(question), items, back)
        if not isinstance(chosen, str):
            return chosen
        if chosen:
            hide = set(self.hidden_by_him()) - {chosen} | ({chosen} if is_hidden else set())
            self.keep(hide=hide)
        return None

    def reset(self) -> Next | None:
        self.keep(order=[], hide=set())
        if self.run.customer and self.run.customer.learned.get(self.place()):
            self.run.set_learned(self.place(), ())
        return None

    def pick(self, words: list[Spoken], items: dict[str, Item], leave: Offer) -> str | Next:
        offers = [Offer(id=name, say=self.name(item)) for name, item in items.items()]
        return choose(self.run, words, [*offers, leave], self.manner)

    def keep(self, *, order: list[str] | None = None, hide: set[str] | None = None) -> None:
        """Keep this menu's part; what he has of other menus stays."""
        customer, names = self.run.customer, self.names()
        assert customer is not None
        if order is not None:
            order = [*order, *(name for name in customer.order if name not in names)]
        if hide is not None:
            hide |= customer.hide - names
        self.run.set_menu(
            customer.order if order is None else order,
            customer.hide if hide is None else frozenset(hide),
        )
        self.run.note(menu=self.menu, order=" ".join(self.here()), hidden=" ".join(self.hidden()))

    # what there is

    def names(self) -> frozenset[str]:
        menu = self.run.flow.menu(self.menu)
        return frozenset(map(str, menu.items)) if menu else frozenset()

    def here(self) -> dict[str, Item]:
        """Return the items that he hears, in his order."""
        return dict(visible(self.run.flow, self.run.scope(), self.menu))

    def hideable(self) -> dict[str, Item]:
        return {name: item for name, item in self.here().items() if not item.pin}

    def hidden(self) -> dict[str, Item]:
        """Return what would be there if he hadn't hidden it."""
        scope, here = self.run.scope(), self.here()
        assert scope.customer is not None
        whole = replace(scope, customer=replace(scope.customer, hide=frozenset()))
        items = visible(self.run.flow, whole, self.menu)
        return {name: item for name, item in items if name not in here}

    def hidden_by_him(self) -> frozenset[str]:
        return self.run.customer.hide & self.names() if self.run.customer else frozenset()

    def place(self) -> str:
        return place(self.run.flow, self.menu)

    # what is said

    def name(self, item: Item) -> tuple[Piece, ...]:
        return tuple(piece for _, piece in spoken(item.say, self.run.scope(), self.run.language))

    def said(self, word: str) -> list[Spoken]:
        return [(self.run.language, piece) for piece in self.run.words(word)]

    def told(self) -> list[Spoken]:
        """Return the menu as it is now, with its keys."""
        run = self.run
        tree = render(
            run.flow, run.customer, run.now(), self.menu,
            language=run.language, variables=run.variables,
        )  # fmt: skip
        choices = [(c.say, c.key) for page in tree.pages() for c in page.choices]
        pieces = announcement(run.flow, run.language, choices)
        return [*self.said("menu_now"), *((run.language, piece) for piece in pieces)]
