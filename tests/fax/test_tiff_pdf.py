from __future__ import annotations

import io

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from boardivr.fax import pdf, tiff

from .samples import drawing


def coded(page: Image.Image, lines: float = 196) -> tiff.Coded:
    return tiff.Coded(
        columns=page.width, rows=page.height, lines_per_inch=lines, data=tiff.code(page)
    )


@settings(deadline=None, max_examples=40)
@given(data=st.data(), columns=st.integers(1, 70), rows=st.integers(1, 20))
def test_every_dot_comes_back(data: st.DataObject, columns: int, rows: int) -> None:
    """What is written as a fax is read again dot by dot."""
    size = (columns + 7) // 8 * rows
    page = Image.frombytes("1", (columns, rows), data.draw(st.binary(min_size=size, max_size=size)))
    file = io.BytesIO()

    tiff.write(file, [coded(page)])

    again = Image.open(file)
    assert again.size == page.size
    assert [again.getpixel((x, y)) for y in range(rows) for x in range(columns)] == [
        page.getpixel((x, y)) for y in range(rows) for x in range(columns)
    ]


def test_the_tags_are_those_of_a_fax() -> None:
    """Each page is Group 4, one strip, min is white, with its number and its dots an inch."""
    file = io.BytesIO()

    tiff.write(file, [coded(drawing()), coded(drawing(2048, 500), 98)])

    image = Image.open(file)
    assert image.n_frames == 2
    tags = image.tag_v2
    assert (tags[259], tags[262], tags[266], tags[277]) == (4, 0, 1, 1)
    assert (tags[282], tags[283], tags[296]) == (204, 196, 2)
    assert (len(tags[273]), tags[278], tags[297]) == (1, 1143, (0, 2))
    image.seek(1)
    assert (image.size, image.tag_v2[283], image.tag_v2[297]) == ((2048, 500), 98, (1, 2))
    assert image.convert("1").tobytes() == drawing(2048, 500).tobytes()


def test_no_pages() -> None:
    """A file without pages isn't written."""
    for write in (tiff.write, pdf.write):
        with pytest.raises(ValueError, match="expected at least one page, found none"):
            write(io.BytesIO(), [])


def test_a_pdf_has_pages_of_their_own_size_and_every_dot() -> None:
    """A short page stays short; the picture in the PDF is the fax, dot by dot."""
    file = io.BytesIO()

    pdf.write(file, [coded(drawing(1728, 1143), 98), coded(drawing(1728, 300), 196)])

    document = pypdfium2.PdfDocument(file.getvalue())
    assert document[0].get_size() == pytest.approx((1728 / 204 * 72, 1143 / 98 * 72), abs=0.01)
    assert document[1].get_size() == pytest.approx((1728 / 204 * 72, 300 / 196 * 72), abs=0.01)
    (picture,) = document[1].get_objects()
    found = picture.get_bitmap().to_pil().convert("1")
    assert found.tobytes() == drawing(1728, 300).tobytes()
