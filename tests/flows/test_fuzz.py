"""Flows grown together from parts of good ones, wherever they don't belong: read or refused.

What stands in a file is kept; what is put where is not. So mistakes are of meaning and of
type, which random letters hardly ever are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boardivr.flows.loader import check_whole, read_flow_text
from boardivr.flows.model import FlowError
from boardivr.flows.show import block
from boardivr.yamlnodes import Mapping, Node, Scalar, Sequence, parse
from boardivr.yamlread import Mark

FLOWS = Path(__file__).parents[2] / "flows"
ROOTS = [parse((FLOWS / f"{name}.yaml").read_text("utf-8"), name) for name in ("bank", "orders")]
OVERLAY = parse((FLOWS / "orders.core.overlay.yaml").read_text("utf-8"), "overlay")
ORDERS = (FLOWS / "orders.yaml").read_text("utf-8")
HERE = Mark("odd", 1, 1)


def nodes(root: Node) -> Iterator[Node]:
    yield root
    inside = root.items if isinstance(root, Sequence) else []
    if isinstance(root, Mapping):
        inside = [part for pair in root.pairs for part in pair]
    for part in inside:
        yield from nodes(part)


PARTS = [node for root in (*ROOTS, OVERLAY) for node in nodes(root)]
ODD = [
    Scalar(at=HERE, text=text, quoted=quoted)
    for text in ("", "~", "-1", "return", "$", "0x10", "1e999", "é", "{}", "open(", "9" * 30)
    for quoted in (False, True)
    if quoted or text not in ("{}", "~")
]  # fmt: skip


def grafted(root: Node, at: int, put: Node) -> Node:
    """The tree with its so-manieth node replaced by another."""
    left = iter(range(10**9))

    def copy(node: Node) -> Node:
        if next(left) == at:
            return put
        if isinstance(node, Sequence):
            return Sequence(at=node.at, items=[copy(item) for item in node.items])
        if isinstance(node, Mapping):
            pairs = [(copy(key), copy(value)) for key, value in node.pairs]
            kept = [(key, value) for key, value in pairs if isinstance(key, Scalar)]
            return Mapping(at=node.at, pairs=kept)
        return node

    return copy(root)


def text_of(root: Node) -> str:
    return "\n".join(line.text for line in block(root)) + "\n"


grafts = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(PARTS) | st.sampled_from(ODD)),
    min_size=1,
    max_size=4,
)
SLOW = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@SLOW
@given(st.sampled_from(ROOTS), grafts)
def test_a_flow_of_parts_that_do_not_belong(root: Node, puts: list[tuple[int, Node]]) -> None:
    """Every problem has a place, and nothing else comes out."""
    for at, put in puts:
        root = grafted(root, at, put)
    assert_read_or_refused(text_of(root), {})


@SLOW
@given(grafts)
def test_an_overlay_of_parts_that_do_not_belong(puts: list[tuple[int, Node]]) -> None:
    """The same for an overlay, which is put on a good flow."""
    root = OVERLAY
    for at, put in puts:
        root = grafted(root, at % 60, put)
    assert_read_or_refused(ORDERS, {Path("orders.core.overlay.yaml"): text_of(root)})


def assert_read_or_refused(text: str, overlays: dict[Path, str]) -> None:
    try:
        places = [p.at for p in check_whole(read_flow_text(text, Path("orders.yaml"), overlays))]
    except FlowError as error:
        places = [p.at for p in error.problems]
        assert places
    assert all(at.file and at.line >= 1 and at.column >= 1 for at in places)
