"""A flow as a drawing: what leads where, for everybody or as one customer hears it.

:func:`tree` makes it; :func:`lines`, :func:`mermaid` and :func:`boardivr.flows.svg.svg`
draw it. A menu or section is drawn out once; where it comes again, only its name is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from boardivr.customer import Customer
from boardivr.flows.menu import render
from boardivr.flows.model import Flow
from boardivr.flows.parts import WORDS, Say, Target
from boardivr.flows.walk import every
from boardivr.prompts.pieces import PromptRef, Text

Kind = Literal["flow", "menu", "section", "word"]


@dataclass(frozen=True, kw_only=True)
class Box:
    """One thing in a drawing.

    :param key: that leads here from the menu above; ``·`` where it depends on the customer
    :param label: the choice's words
    :param is_conditional: the choice isn't there for everybody
    :param is_again: it is drawn out elsewhere
    """

    name: str
    kind: Kind
    key: str = ""
    label: str = ""
    is_conditional: bool = False
    is_again: bool = False
    inside: tuple[Box, ...] = ()


@dataclass(frozen=True, kw_only=True)
class View:
    """Who looks.

    :param customer: whose menus are drawn; None draws everybody's
    """

    flow: Flow
    language: str
    now: datetime
    customer: Customer | None = None


def tree(view: View) -> Box:
    """Return a flow as boxes in boxes."""
    drawn: set[str] = set()
    inside = tuple(_target(view, str(target), drawn) for target in view.flow.start)
    return Box(name=str(view.flow.name), kind="flow", inside=inside)


def _target(
    view: View, name: str, drawn: set[str], key: str = "", label: str = "", *, maybe: bool = False
) -> Box:
    flow = view.flow
    is_again = name in drawn
    kind: Kind = "menu" if name in flow.menus else "section" if name in flow.steps else "word"
    if kind != "word":
        drawn.add(name)
    inside: tuple[Box, ...] = ()
    if not is_again and kind == "menu":
        inside = tuple(_choices(view, name, drawn))
    elif not is_again and kind == "section":
        inside = tuple(_target(view, to, drawn) for to in _ways(flow, name))
    return Box(
        name=name, kind=kind, key=key, label=label, is_conditional=maybe,
        is_again=is_again and kind != "word", inside=inside,
    )  # fmt: skip


def _choices(view: View, name: str, drawn: set[str]) -> Iterator[Box]:
    if view.customer is None:
        yield from _all_choices(view, name, drawn)
        return
    root = name in view.flow.start
    first = render(
        view.flow, view.customer, view.now, name, language=view.language, has_back=not root
    )
    for page in first.pages():
        for choice in (*page.choices, *page.always):
            if choice.target is not None:
                words = _words(view, choice.say)
                yield _target(view, choice.target, drawn, choice.key, words)


def _all_choices(view: View, name: str, drawn: set[str]) -> Iterator[Box]:
    menu = view.flow.menus[next(n for n in view.flow.menus if n == name)]
    for item in menu.items.values():
        maybe = item.when is not None
        yield _target(view, str(item.go), drawn, "·", _said(view, item.say), maybe=maybe)
    for own in menu.always.values():
        yield _target(view, str(own.go), drawn, str(own.key), _said(view, own.say))


def _ways(flow: Flow, section: str) -> list[str]:
    """Return where the steps of a section lead, each once; not those of the defaults."""
    found = dict.fromkeys(str(target) for target in every(Target, flow.section(section)))
    return [name for name in found if name not in WORDS]


def _said(view: View, say: Say | None) -> str:
    prompts = [PromptRef(p.prompt) for p in (say.pieces if say else ()) if p.prompt is not None]
    return _words(view, prompts)


def _words(view: View, pieces: Sequence[object]) -> str:
    prompts = view.flow.prompt_sources()
    words = []
    for piece in pieces:
        if isinstance(piece, PromptRef) and view.language in prompts[piece.id].sources:
            words.append(prompts[piece.id].sources[view.language].text)
        elif isinstance(piece, Text):
            words.append(piece.text)
    return " ".join(words)


# as text


def lines(box: Box) -> list[str]:
    """Return a drawing as lines of a tree::

    bank
    ├─ identify
    └─ main
       ├─ 1 For your balance → tell_balances
    """
    return [box.name, *_below(box, "")]


def _below(box: Box, indent: str) -> Iterator[str]:
    for number, inner in enumerate(box.inside):
        is_last = number == len(box.inside) - 1
        yield f"{indent}{'└─ ' if is_last else '├─ '}{title(inner)}"
        yield from _below(inner, indent + ("   " if is_last else "│  "))


def title(box: Box) -> str:
    """Return a box's words in one line."""
    name = f"[{box.name}]" if box.kind == "menu" else box.name
    if box.is_again:
        name += " ↑"
    if not box.key:
        return name
    return f"{box.key} {box.label}{' (if)' if box.is_conditional else ''} → {name}"


# as Mermaid


def mermaid(box: Box) -> str:
    """Return a drawing in Mermaid's language."""
    parts = ["flowchart LR"]
    for node in _nodes(box):
        left, right = {"menu": ("{{", "}}"), "flow": ("([", "])")}.get(node.kind, ("[", "]"))
        parts.append(f'  {_id(node)}{left}"{_quoted(node.name)}"{right}')
    parts += dict.fromkeys(_edges(box))
    return "\n".join(parts) + "\n"


def _nodes(box: Box) -> Iterator[Box]:
    seen: set[str] = set()
    waiting = [box]
    while waiting:
        node = waiting.pop(0)
        if _id(node) not in seen:
            seen.add(_id(node))
            yield node
        waiting += node.inside


def _edges(box: Box) -> Iterator[str]:
    for inner in box.inside:
        text = f"{inner.key} {inner.label}".strip()
        arrow = "-.->" if inner.is_conditional else "-->"
        label = f'|"{_quoted(text)}"|' if text else ""
        yield f"  {_id(box)} {arrow}{label} {_id(inner)}"
        yield from _edges(inner)


def _id(box: Box) -> str:
    return f"{box.kind}_{box.name.replace('-', '_')}"


def _quoted(text: str) -> str:
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;")
