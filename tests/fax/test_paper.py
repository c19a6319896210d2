from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.fax.paper import Paper, Resolution, fit, true_dpi


@pytest.mark.parametrize(
    ("paper", "resolution", "columns", "rows"),
    [
        (Paper.A4, Resolution.STANDARD, 1728, 1143),
        (Paper.A4, Resolution.FINE, 1728, 2287),
        (Paper.A4, Resolution.SUPERFINE, 1728, 4574),
        (Paper.LETTER, Resolution.FINE, 1728, 2151),
        (Paper.B4, Resolution.FINE, 2048, 2803),
        (Paper.A3, Resolution.FINE, 2432, 3234),
    ],
)
def test_dots_of_a_page(paper: Paper, resolution: Resolution, columns: int, rows: int) -> None:
    """A page has T.4's columns, and as many lines as its height in millimetres tells."""
    assert (paper.columns, paper.rows(resolution)) == (columns, rows)


@given(
    width=st.floats(1, 5000), height=st.floats(1, 5000),
    paper=st.sampled_from(Paper), resolution=st.sampled_from(Resolution),
)  # fmt: skip
def test_nothing_is_cut_off(
    width: float, height: float, paper: Paper, resolution: Resolution
) -> None:
    """Whatever a page's size, all of it lies on the paper, in the middle."""
    place = fit(width, height, paper, resolution)

    assert 1 <= place.columns <= paper.columns
    assert 1 <= place.rows <= paper.rows(resolution) + 1
    assert 0 <= place.left <= (paper.columns - place.columns) / 2


def test_a_page_that_fits_keeps_its_size() -> None:
    """A page of A4 is as large on the receiver's paper as on the sender's."""
    place = fit(210, 297, Paper.A4, Resolution.FINE)

    assert place.columns == round(210 * 1728 / 215)
    assert place.rows == 2287


def test_legal_is_shrunk_on_a4() -> None:
    """A page that is longer than the paper keeps its shape, smaller."""
    place = fit(215.9, 355.6, Paper.A4, Resolution.FINE)

    assert place.rows == 2287
    assert place.columns / 8.037 / 215.9 == pytest.approx(297 / 355.6, rel=0.001)


def test_round_figures_of_a_fax_are_made_exact() -> None:
    """204 x 196 means 8.04 dots and 7.7 lines a millimetre; 200 x 100 means itself."""
    assert true_dpi(204, 196) == pytest.approx((8.0372 * 25.4, 7.7 * 25.4), rel=1e-4)
    assert true_dpi(200, 100) == (200, 100)


def test_a_paper_that_there_isnt() -> None:
    """A paper's name that nobody knows is told with those that there are."""
    with pytest.raises(ValueError, match="expected one of a4, letter, b4, a3, found 'a5'"):
        Paper.named("a5")
