"""Drawings: boxes stand beside each other, whatever the flow."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from boardivr.flows.draw import Box, lines, mermaid
from boardivr.flows.svg import svg

NAMES = st.from_regex(r"[ab查][ab查-]{0,11}", fullmatch=True)
WORDS = st.text(alphabet='ab<&"查', min_size=1, max_size=12)
BOXES = st.recursive(
    st.builds(Box, name=NAMES, kind=st.just("section"), key=st.just("1"), label=WORDS),
    lambda inner: st.builds(
        Box,
        name=NAMES,
        kind=st.sampled_from(["menu", "section"]),
        key=st.just("·"),
        label=WORDS,
        is_conditional=st.booleans(),
        inside=st.lists(inner, max_size=4).map(tuple),
    ),
    max_leaves=20,
)


@given(BOXES)
def test_no_two_boxes_overlap(box: Box) -> None:
    """Every box is there, inside the drawing, and covers no other."""
    root = ElementTree.fromstring(svg(box))
    rects = [
        tuple(float(e.attrib[name]) for name in ("x", "y", "width", "height"))
        for e in root.iter("{http://www.w3.org/2000/svg}rect")
        if "x" in e.attrib
    ]

    assert len(rects) == len(lines(box))
    for number, (x, y, width, height) in enumerate(rects):
        assert 0 <= x <= x + width <= float(root.attrib["width"])
        assert 0 <= y <= y + height <= float(root.attrib["height"])
        for left, top, wide, high in rects[:number]:
            apart = x >= left + wide or left >= x + width
            assert apart or y >= top + high or top >= y + height


@given(BOXES)
def test_mermaid_is_a_line_each(box: Box) -> None:
    """Names with quotes and signs don't break a line of the drawing."""
    for line in mermaid(box).splitlines()[1:]:
        assert line.count('"') % 2 == 0
        assert "<" not in line
