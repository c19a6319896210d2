from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont

from boardivr.fax import halftone, tiff
from boardivr.fax.model import Tone
from boardivr.fax.paper import Resolution

from .samples import photo


def letter() -> Image.Image:
    """A page full of letters with smooth edges."""
    page = Image.new("L", (1728, 1200), 255)
    on, font = ImageDraw.Draw(page), ImageFont.load_default(31)
    for y in range(20, 1180, 40):
        on.text((30, y), "The quick brown fox jumps over the lazy dog. " * 4, fill=0, font=font)
    return page


@settings(deadline=None, max_examples=40)
@given(
    level=st.integers(0, 255), dots=st.sampled_from([4, 8, 12, 16]),
    resolution=st.sampled_from(Resolution),
)  # fmt: skip
def test_a_grey_is_as_dark_as_before(level: int, dots: int, resolution: Resolution) -> None:
    """The share of white dots is the level of grey; black and white stay pure."""
    side = 16 * dots
    page = halftone.halftone(Image.new("L", (side, side), level), dots, resolution)
    share = page.histogram()[255] / side**2

    assert share == pytest.approx(level / 255, abs=0.08)
    if level in (0, 255):
        assert share == level / 255


@pytest.mark.parametrize("dots", [8, 12])
def test_a_cell_uses_all_levels_evenly(dots: int) -> None:
    """No two dots of a cell but the twins of the lattice darken at the same level."""
    levels = sorted(halftone.cell(dots, dots))

    assert levels[0] >= 1
    assert levels[-1] <= 254
    assert max(b - a for a, b in itertools.pairwise(levels)) <= 253 / dots**2 + 1


def test_letters_are_no_photograph() -> None:
    """A page full of smooth letters is taken for text, and gets no dots."""
    page = letter()

    assert not halftone.has_photo(page)
    auto = halftone.bilevel(page, Tone.AUTO, Resolution.FINE)
    assert auto.tobytes() == halftone.threshold(page).tobytes()


def test_a_photograph_gets_dots_and_letters_beside_it_stay_clean() -> None:
    """On a page with both, dots are where the photograph is and nowhere else."""
    page = letter()
    page.paste(photo((800, 600)), (500, 300))

    assert halftone.has_photo(page)
    auto = halftone.bilevel(page, Tone.AUTO, Resolution.FINE)
    away = (0, 0, 440, 1200)
    assert auto.crop(away).tobytes() == halftone.threshold(page).crop(away).tobytes()
    middle = auto.crop((800, 500, 1000, 700)).histogram()
    assert 0.1 < middle[255] / sum(middle) < 0.95


def test_dots_are_sent_sooner_than_scattered_ones() -> None:
    """A photograph takes less than half the codes of Floyd and Steinberg's; coarser dots less."""
    page = photo((1728, 1143))
    sizes = [len(tiff.code(halftone.halftone(page, dots, Resolution.FINE))) for dots in (8, 12)]

    assert sizes[0] < 0.5 * len(tiff.code(page.convert("1")))
    assert sizes[1] < 0.8 * sizes[0]


def test_grey_paper_and_grey_ink_become_white_and_black() -> None:
    """As text, what is lighter than two thirds white is paper, and the rest ink."""
    page = Image.new("L", (64, 2), 200)
    page.paste(100, (0, 0, 32, 2))

    black = halftone.bilevel(page, Tone.TEXT, Resolution.FINE)

    wanted = Image.new("1", (64, 2), 255)
    wanted.paste(0, (0, 0, 32, 2))
    assert ImageChops.logical_xor(black, wanted).getbbox() is None


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (17, 1), (1, 400)])
def test_tiny_pages(size: tuple[int, int]) -> None:
    """A page of a few dots is a page as well."""
    for tone in Tone:
        assert halftone.bilevel(Image.new("L", size, 128), tone, Resolution.FINE).size == size
