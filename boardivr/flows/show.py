"""A flow as YAML again, each line with the place that it came from.

What was written in one line stays in one line; so the text is as its authors know it,
with an overlay's lines among the flow's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from boardivr import yamlread
from boardivr.flows.model import Flow, FlowError
from boardivr.flows.overlaying import read_overlay
from boardivr.flows.tailor import tailored
from boardivr.yamlnodes import parse
from boardivr.yamlread import Mapping, Mark, Node, Problem, Scalar, read_file

WIDTH = 96  # longer than this, what was in one line is written in several


@dataclass(frozen=True)
class Line:
    """One line of YAML, and where it came from."""

    text: str
    at: Mark


def effective(flow: Flow) -> list[Line]:
    """Return what a flow is, with its overlay if it has one, line by line.

    :param flow: one of :attr:`Flow.variants`
    :raises FlowError: its files can't be read any more
    """
    base = parse(read_file(flow.path), str(flow.path))
    problems: list[Problem] = []
    if flow.overlay_file is not None and isinstance(base, Mapping):
        path = flow.overlay_file
        base, problems = tailored(base, read_overlay(read_file(path), path))
    if problems:
        raise FlowError(problems)
    return list(block(base))


@dataclass(frozen=True, kw_only=True)
class Summary:
    """An overlay in a few words.

    :param changes: sections and menus that it changes; ``adds`` those that are new
    """

    overlay: str
    groups: list[str]
    on: list[str]
    off: list[str]
    changes: list[str]
    adds: list[str]
    file: str


def overlays(flow: Flow) -> list[Summary]:
    """Return what a flow's overlays do."""
    found = []
    for one in flow.overlays:
        overlay = read_overlay(read_file(one.path), one.path)
        found.append(
            Summary(
                overlay=str(one.name),
                groups=list(map(str, one.groups)),
                on=list(map(str, overlay.functions.on)),
                off=list(map(str, overlay.functions.off)),
                changes=list(map(str, overlay.change)),
                adds=[str(name) for name in (*overlay.menus, *overlay.steps)],
                file=str(one.path),
            )
        )
    return found


def block(node: Node, depth: int = 0) -> Iterator[Line]:
    """Yield a list or mapping, each part on lines of its own."""
    indent = "  " * depth
    if isinstance(node, Mapping):
        for key, value in node.pairs:
            yield from _entry(f"{indent}{_scalar(key)}:", key.at, value, depth)
    elif isinstance(node, yamlread.Sequence):
        for item in node.items:
            yield from _item(item, depth)
    else:
        yield Line(indent + _flat(node), node.at)


def _entry(head: str, at: Mark, value: Node, depth: int) -> Iterator[Line]:
    if isinstance(value, Scalar) and not value.text and not value.quoted:
        yield Line(head, at)  # a word without a value, as `- return:`
    elif isinstance(value, Scalar) or (value.at.line == at.line and _is_flat(value, len(head))):
        yield Line(f"{head} {_flat(value)}", at)
    else:
        yield Line(head, at)
        yield from block(value, depth + 1)


def _item(item: Node, depth: int) -> Iterator[Line]:
    dash = "  " * depth + "- "
    # A step of several keys has one on a line, however short.
    is_step = isinstance(item, Mapping) and len({key.at.line for key, _ in item.pairs}) > 1
    if not is_step and _is_flat(item, len(dash)) and not _is_one_pair(item):
        yield Line(dash + _flat(item), item.at)
        return
    lines = list(block(item, depth + 1))
    yield Line(dash + lines[0].text.lstrip(" "), lines[0].at)
    yield from lines[1:]


def _is_one_pair(item: Node) -> bool:
    """Return whether it is a step such as ``- play: welcome``, which needs no braces."""
    return isinstance(item, Mapping) and len(item.pairs) == 1


def _is_flat(node: Node, before: int) -> bool:
    """Return whether a list or mapping fits into a line, and was written in one."""
    if isinstance(node, Scalar):
        return True
    empty = not (node.pairs if isinstance(node, Mapping) else node.items)
    places = {(at.file, at.line) for at in _places(node)}
    return empty or (len(places) == 1 and before + len(_flat(node)) < WIDTH)


def _places(node: Node) -> Iterator[Mark]:
    yield node.at
    if isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key.at
            yield from _places(value)
    elif isinstance(node, yamlread.Sequence):
        for item in node.items:
            yield from _places(item)


def _flat(node: Node) -> str:
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, yamlread.Sequence):
        return f"[{', '.join(map(_flat, node.items))}]"
    return f"{{{', '.join(f'{_scalar(key)}: {_flat(value)}' for key, value in node.pairs)}}}"


def _scalar(node: Scalar) -> str:
    """Return a value so that it is read as the same text, and as quoted as before."""
    text = node.text
    if not node.quoted and "\n" not in text:
        return text
    if text.isprintable() and '"' in text and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)  # YAML takes JSON's escapes
