"""A flow as data: what a flow file says, with the place of every part."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from boardivr import yamlread
from boardivr.customer import Customer
from boardivr.errors import BoardIVRError
from boardivr.flows.documents import Template
from boardivr.flows.expressions import Expression
from boardivr.flows.overlay import Switched
from boardivr.flows.parts import Branch, Interrupt, Retry, Say, Step, Target
from boardivr.flows.times import Holiday, TimeZone
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.yamlread import Keys, Mark, Name, Node, Reader, ReadError, Scalar, Seconds

T = TypeVar("T")

KEYS_IN_ORDER = "123456789"
"""What computed keys are taken from; 0, * and # are for `always` items."""

ANNOUNCE: Mapping[str, str] = {
    "zh": "{say},请按 {key}",
    "yue": "{say},請按 {key}",
    "en": "{say}, press {key}",
}
"""How an item is announced where the flow doesn't say, by language: function first, then key."""


class FlowError(ReadError):
    """A flow that can't be run, with everything that is wrong with it."""


class VersionError(BoardIVRError):
    """A flow's file or recordings aren't those of the version that is meant."""


@dataclass(frozen=True, kw_only=True)
class Languages:
    """:param fallback: languages whose words stand in where a prompt has none"""

    default: Name
    others: tuple[Name, ...] = ()
    fallback: tuple[Name, ...] = ()

    @property
    def all(self) -> tuple[Name, ...]:
        return (self.default, *self.others)


@dataclass(frozen=True, kw_only=True)
class HostRules:
    """What holds for `send` where the step doesn't say."""

    within: Seconds | None = None
    on_timeout: Branch | None = None
    on_error: Branch | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How broad and deep menus may be: seed rule of five."""

    breadth: int = 5
    depth: int = 5
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class KeyRules:
    """Which keys are computed: always from ``first``, without a gap.

    :param mode: ``renumber`` goes by the written order; ``sticky`` leaves a customer's
        items in the order that he has learned, with new ones after them
    """

    first: int = 1
    mode: Literal["renumber", "sticky"] = "renumber"
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Always:
    """A choice that has its own key and is spoken last, if it has something to say.

    :param synonyms: as an item's
    """

    key: Keys
    go: Target
    say: Say | None = None
    when: Expression | None = None
    synonyms: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A choice; its key is computed.

    :param short: its name from the second round on
    :param pin: the customer can't hide it
    :param synonyms: by language, other words for it that a caller may say; for recognition
    """

    say: Say
    go: Target
    short: Say | None = None
    when: Expression | None = None
    pin: bool = False
    synonyms: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Menu:
    """Choices for the caller, filtered and numbered for him."""

    items: dict[Name, Item]
    say: Say | None = None
    again: Say | None = None
    always: dict[Name, Always] = field(default_factory=dict)
    order: Literal["customer", "written"] = "customer"
    overflow: Literal["more", "error"] = "more"
    breadth: int | None = None
    keys: Literal["renumber", "sticky"] | None = None
    single: Literal["ask", "enter"] = "ask"
    empty: Branch | None = None
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    no_input: Retry | None = None
    no_match: Retry | None = None
    say_or_press: bool | None = None
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What holds where a step or menu doesn't say."""

    no_input: Retry | None = None
    no_match: Retry | None = None
    between_keys: Seconds | None = None
    host: HostRules = field(default_factory=HostRules)
    interrupt: Interrupt | None = None
    typeahead: Literal["keep", "drop"] | None = None
    limits: Limits = field(default_factory=Limits)
    keys: KeyRules = field(default_factory=KeyRules)
    announce: dict[Name, str] = field(default_factory=dict)
    always: dict[Name, Always] = field(default_factory=dict)
    more: Say | None = None
    words: dict[Name, Say] = field(default_factory=dict)
    say_or_press: bool = False
    on_error: Branch | None = None
    on_fax: Branch | None = None


@dataclass(frozen=True)
class Source:
    """Where a customer is found by: the caller's number, or a variable with his card."""

    variable: Name | None
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Source:
        text = reader.text(node, "ani or a variable")
        if text == "ani":
            return cls(None, node.at)
        if not text.startswith("$"):
            raise reader.invalid(node, f"expected ani or a variable such as $card, found {text!r}")
        name = Name.from_node(reader, Scalar(at=node.at, text=text[1:]))
        return cls(name, node.at)


@dataclass(frozen=True, kw_only=True)
class CustomerRules:
    """Who is calling: how he is found, and what proves that it is he."""

    sources: tuple[Source, ...] = field(metadata={"key": "from"})
    proven_by: Literal["pin", "nothing"] = "pin"
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language of a prompt: its words, and maybe a recording of them."""

    text: str
    file: str | None = None
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Words:
        if isinstance(node, yamlread.Mapping):
            return reader.record(node, cls)
        return cls(text=reader.text(node, "the prompt's words"), at=node.at)


@dataclass(frozen=True, kw_only=True)
class Tailored:
    """What an overlay makes of a flow, for the customers of some groups.

    :param path: the overlay's file
    :param flow: the flow with the overlay on it
    """

    name: Name
    groups: tuple[Name, ...]
    path: Path
    flow: Flow


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A whole flow.

    :param hash: sha256 over the file, its overlays and its recordings; a call's record keeps it
    :param path: the file
    :param overlays: what it is for the customers of some groups
    :param overlay: the overlay that made it what it is; nothing without one
    :param overlay_file: its file
    :param switched: functions that this overlay switches on and off
    """

    version: Literal["1"] = field(metadata={"key": "boardivr"})
    name: Name = field(metadata={"key": "flow"})
    language: Languages
    start: tuple[Target, ...]
    defaults: Defaults = field(default_factory=Defaults)
    customer: CustomerRules | None = None
    functions: tuple[Name, ...] = ()
    time_zone: TimeZone | None = None
    holidays: tuple[Holiday, ...] = ()
    prompts: dict[Name, dict[Name, Words]] = field(default_factory=dict)
    prompt_groups: dict[Name, tuple[Name, ...]] = field(default_factory=dict)
    documents: dict[Name, dict[Name, Template]] = field(default_factory=dict)
    menus: dict[Name, Menu] = field(default_factory=dict)
    steps: dict[Name, tuple[Step, ...]] = field(default_factory=dict)
    at: Mark | None = field(default=None, compare=False)
    hash: str = field(default="", metadata={"key": ""})
    path: Path = field(default=Path(), metadata={"key": ""})
    overlays: tuple[Tailored, ...] = field(default=(), metadata={"key": ""})
    overlay: str = field(default="", metadata={"key": ""})
    overlay_file: Path | None = field(default=None, compare=False, metadata={"key": ""})
    switched: Switched = field(default_factory=Switched, metadata={"key": ""})

    @functools.cached_property
    def parts(self) -> tuple[object, ...]:
        """Everything in the flow, for checks: walked over once.

        Without the flow itself: what refers to itself is freed by the garbage collector only.
        """
        from boardivr.flows.walk import walk

        return tuple(walk(self))[1:]

    def parts_of(self, kind: type[T]) -> list[T]:
        """Return everything of a kind in the flow, in its order."""
        if kind not in self._kinds:
            self._kinds[kind] = [part for part in self.parts if isinstance(part, kind)]
        return cast(list[T], self._kinds[kind])

    @functools.cached_property
    def _kinds(self) -> dict[type, list[object]]:
        return {}

    def prompt_sources(self) -> dict[str, Prompt]:
        """Return the prompts for the prompt library, with those of overlays, by language."""
        return self._prompt_sources

    @functools.cached_property
    def _prompt_sources(self) -> dict[str, Prompt]:
        own = {
            str(name): Prompt(id=str(name), sources=self._sources(name)) for name in self.prompts
        }
        return {**own, **{k: v for o in self.overlays for k, v in o.flow.prompt_sources().items()}}

    def _sources(self, prompt: Name) -> dict[str, PromptSource]:
        found = self.prompts[prompt]
        sources = {}
        for language in self.language.all:
            tag = next((t for t in (language, *self.language.fallback) if t in found), None)
            if tag is not None:
                words = found[tag]
                file = (self.path.parent / words.file).resolve() if words.file else None
                other = None if tag == language else str(tag)
                sources[str(language)] = PromptSource(
                    text=str(words.text), file=file, language=other
                )
        return sources

    def document(self, name: str, language: str) -> Template | None:
        """Return a document in a language, or in one that stands in for it."""
        found = {str(one): text for one, text in cast(dict[str, Any], self.documents)[name].items()}
        return next((found[t] for t in (language, *self.language.fallback) if t in found), None)

    def announce(self, language: str) -> str | None:
        """Return the pattern of an announced item; None where a language has none."""
        patterns = {**ANNOUNCE, **cast(dict[str, str], self.defaults.announce)}
        for tag in (language, language.split("-")[0]):
            if tag in patterns:
                return patterns[tag]
        return None

    @property
    def variants(self) -> tuple[Flow, ...]:
        """The flow as it is written, then as each overlay has it."""
        return (self, *(overlay.flow for overlay in self.overlays))

    @property
    def prompt_ids(self) -> frozenset[str]:
        """Ids of the flow's prompts, and of its overlays'."""
        return frozenset(str(id) for flow in self.variants for id in flow.prompts)

    def of(self, customer: Customer | None) -> Flow:
        """Return the flow as it is for a customer: with his group's overlay, if it has one."""
        group = customer.group if customer is not None else None
        found = (o.flow for o in self.overlays if group is not None and group in o.groups)
        return next(found, self)

    def served(self, customer: Customer) -> Customer:
        """Return a customer with the functions that he has here, whatever he has opened."""
        if not (self.switched.on or self.switched.off):
            return customer
        functions = (customer.functions | set(self.switched.on)) - set(self.switched.off)
        return dataclasses.replace(customer, functions=functions)

    @property
    def fixed(self) -> frozenset[str]:
        """The functions that an overlay has switched, so that customers can't."""
        return frozenset((*self.switched.on, *self.switched.off))

    def menu(self, name: str) -> Menu | None:
        return cast(dict[str, Menu], self.menus).get(name)

    def section(self, name: str) -> tuple[Step, ...] | None:
        return cast(dict[str, tuple[Step, ...]], self.steps).get(name)

    def local(self, now: datetime) -> datetime:
        """Return a time as clocks show it where the flow is for."""
        return now if self.time_zone is None else now.astimezone(self.time_zone.zone)

    def is_sticky(self, menu: Menu) -> bool:
        """Return whether a customer's items stay in the order that he has learned."""
        return (menu.keys or self.defaults.keys.mode) == "sticky"

    def breadth(self, menu: Menu) -> int:
        """Return how many keys a menu may compute."""
        free = len(KEYS_IN_ORDER) - self.defaults.keys.first + 1
        return min(menu.breadth or self.defaults.limits.breadth, free)

    def is_spoken_to(self, menu: Menu) -> bool:
        """Return whether a menu's choices can be said, too."""
        return self.defaults.say_or_press if menu.say_or_press is None else menu.say_or_press

    def always(self, menu: Menu) -> dict[Name, Always]:
        """Return a menu's `always` items: its own, and those of the defaults."""
        return {**self.defaults.always, **menu.always}
