"""A caller's visit to a menu: render, announce, take a key, and say where it leads."""

from __future__ import annotations

from boardivr.flows.asking import Tries
from boardivr.flows.hearing import for_menu
from boardivr.flows.menu import Choice, MenuTree, learned, place, render
from boardivr.flows.model import Menu
from boardivr.flows.parts import Go, Next, Visit
from boardivr.flows.run import Run
from boardivr.flows.say import Spoken
from boardivr.flows.values import FlowFault


class MenuVisit:
    """A menu that is open in a call.

    It is rendered anew each time it is offered: a function opened a moment ago is there.

    :param has_back: there is a menu to go back to
    """

    def __init__(self, run: Run, menu_id: str, *, has_back: bool) -> None:
        self.run = run
        self.id = menu_id
        self.has_back = has_back
        self.page = 0
        self.is_new = True
        self.is_short = False  # from the second round on names are short
        self.has_entered_single = False

    @property
    def menu(self) -> Menu:
        """The menu, with his group's overlay once the customer is known."""
        menu = self.run.flow.menu(self.id)
        if menu is None:
            raise FlowFault(f"there is no menu {self.id!r}")
        return menu

    def restart(self) -> None:
        """Begin again from the first page; the greeting was heard."""
        self.page = 0
        self.is_short = False
        self.has_entered_single = False

    def offer(self) -> Next | None:
        """Offer the menu until the caller has chosen.

        :return: where it leads; None to offer it again
        """
        tree = self._render()
        if not tree.choices:
            return self.menu.empty.next() if self.menu.empty else Go("return")
        if self.menu.single == "enter" and len(tree.choices) == 1 and tree.more is None:
            return self._enter_single(tree.choices[0])
        return self._ask(tree)

    def _render(self) -> MenuTree:
        run = self.run
        first = render(
            run.flow,
            run.customer,
            run.now(),
            self.id,
            language=run.language,
            variables=run.variables,
            has_back=self.has_back,
        )
        self._learn(first)
        pages = list(first.pages())
        self.page = min(self.page, len(pages) - 1)
        tree = pages[self.page]
        run.note(menu=self.id, page=self.page + 1, offers=tree.summary(), language=run.language)
        return tree

    def _learn(self, tree: MenuTree) -> None:
        run = self.run
        if run.customer is None or not run.flow.is_sticky(self.menu):
            return
        where, known = place(run.flow, self.id), learned(run.flow, run.customer, tree)
        if known != run.customer.learned.get(where, ()):
            run.set_learned(where, known)

    def _enter_single(self, choice: Choice) -> Next | None:
        if self.has_entered_single:  # back from it: there is nothing else to choose here
            return Go("return")
        self.has_entered_single = True
        return self._chosen(choice)

    def _ask(self, tree: MenuTree) -> Next | None:
        tries = Tries(self.run, self.menu.no_input, self.menu.no_match)
        greeting = self.menu.say if self.is_new else self.menu.again
        words = self.run.spoken(greeting)
        self.is_new = False
        ear = for_menu(self.run, tree) if self.run.flow.is_spoken_to(self.menu) else None
        while True:
            pieces = tree.short_announcement if self.is_short else tree.announcement
            announcement: list[Spoken] = [(self.run.language, piece) for piece in pieces]
            self.is_short = True
            digits = self.run.collect(
                [*words, *announcement],
                most=1,
                silence=tries.silence,
                between=tries.between,
                interrupt=self.menu.interrupt,
                typeahead=self.menu.typeahead,
                ear=ear,
            )
            words = self.run.spoken(self.menu.again)
            choice = tree.by_key.get(digits.keys) if digits is not None else None
            if choice is not None:
                self.run.note(heard=choice.key, chosen=choice.id)
                return self._chosen(choice)
            leave = tries.was_silent() if digits is None else tries.did_not_fit()
            if leave is not None:
                return leave

    def _chosen(self, choice: Choice) -> Next | None:
        """Return where a choice leads: names are visited, and the menu is offered again after."""
        if choice.target is None:
            self.page += 1
            self.is_short = False  # these names are new
            return None
        if choice.target == "repeat":
            self.is_short = False  # he asks for all of it
            return None
        if choice.target == "back" and self.page > 0:
            self.page -= 1
            return None
        if choice.target in ("back", "return", "hang_up"):
            return Go(choice.target)
        self.run.services.tracer.path(choice.id)
        return Visit(choice.target)
