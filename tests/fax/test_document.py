from __future__ import annotations

import os
import struct
import subprocess
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from boardivr.fax import cover, sandbox
from boardivr.fax.document import convert, export, preview, seconds
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import FaxDocument, Limits, Options, Tone
from boardivr.fax.paper import Paper, Resolution
from boardivr.yamlnodes import ReadError

from .samples import drawing, encrypted_pdf, pages_of, photo, received, text_pdf


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write a file of this name; return where it is."""

    def write(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


@pytest.fixture
def made(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Convert documents; the folder holds nothing else afterwards."""

    def make(*sources: Path, options: Options = Options(), limits: Limits = Limits()):  # type: ignore[no-untyped-def]  # noqa: B008
        before = set(tmp_path.iterdir())
        try:
            return convert(sources, tmp_path / "out.tif", options, limits=limits)
        finally:
            assert set(tmp_path.iterdir()) - before <= {tmp_path / "out.tif"}

    return make


def shapes(fax: FaxDocument) -> list[tuple[str, int, int, int]]:
    return [(page.source, page.source_page, page.columns, page.rows) for page in fax.pages]


def test_documents_of_all_kinds_become_one_fax(tmp_path: Path, written, made) -> None:  # type: ignore[no-untyped-def]
    """PDF, pictures, text and Markdown are one fax, in their order; its pages are known."""
    photo().save(tmp_path / "p.png", dpi=(100, 100))
    photo().convert("RGB").save(tmp_path / "p.jpg", dpi=(100, 100))
    sources = [
        written("a.pdf", text_pdf(((595, 842), (612, 792)))),
        tmp_path / "p.png",
        tmp_path / "p.jpg",
        written("a.txt", "hello\fworld"),
        written("a.md", "# hello"),
    ]

    fax = made(*sources)

    assert shapes(fax) == [
        ("a.pdf", 1, 1728, 2287), ("a.pdf", 2, 1728, 2142), ("p.png", 1, 1728, 2287),
        ("p.jpg", 1, 1728, 2287), ("a.txt", 1, 1728, 2287), ("a.txt", 2, 1728, 2287),
        ("a.md", 1, 1728, 2287),
    ]  # fmt: skip
    assert [page.tone for page in fax.pages[:4]] == ["text", "text", "photo", "photo"]
    assert [page.size for page in pages_of(fax.path)] == [(1728, p.rows) for p in fax.pages]
    assert seconds(fax, 9600) > seconds(fax) > 11.1 + 7 * 3.7


@pytest.mark.parametrize("resolution", Resolution)
def test_a_pdf_is_drawn_at_every_resolution(resolution: Resolution, written, made) -> None:  # type: ignore[no-untyped-def]
    """Words stand at the same place of the paper, whatever the lines an inch are."""
    fax = made(written("a.pdf", text_pdf()), options=Options(resolution=resolution))

    (page,) = pages_of(fax.path)
    left, top, right, bottom = ImageChops.invert(page).getbbox() or (0, 0, 0, 0)
    assert page.info["dpi"] == (204, resolution.lines_per_inch)
    assert left / 8.037 == pytest.approx(60 * 25.4 / 72 + 2.5, abs=1.5)
    assert bottom / resolution.lines_per_mm == pytest.approx(80 * 25.4 / 72, abs=1)
    assert (bottom - top) / resolution.lines_per_mm == pytest.approx(0.72 * 24 * 0.353, abs=0.6)
    assert right > left + 100


def test_a_landscape_page_is_turned(written, made) -> None:  # type: ignore[no-untyped-def]
    """A page that is wider than high lies across the paper, in its own size."""
    fax = made(written("a.pdf", text_pdf(((842, 595),))))

    assert shapes(fax) == [("a.pdf", 1, 1728, 2287)]
    left, top, right, bottom = ImageChops.invert(pages_of(fax.path)[0]).getbbox() or (0, 0, 0, 0)
    assert bottom - top > 2 * (right - left)


def test_a_received_fax_is_read_and_kept_dot_by_dot(tmp_path: Path, made) -> None:  # type: ignore[no-untyped-def]
    """Group 3 in two dimensions, bits the other way round: every dot of every page is kept."""
    pages = [drawing(), drawing(1728, 700)]
    path = received(tmp_path / "in.tif", pages)

    fax = made(path, options=Options(resolution=Resolution.STANDARD))

    assert [page.tone for page in fax.pages] == ["exact", "exact"]
    for page, wanted in zip(pages_of(fax.path), pages, strict=True):
        assert page.tobytes() == wanted.tobytes()


def test_a_received_fax_as_pdf(tmp_path: Path) -> None:
    """A short page of a fax stays short; a PDF of it has its true size and all of its dots."""
    path = received(tmp_path / "in.tif", [drawing(), drawing(1728, 385), drawing(1728, 1600)])

    (out,) = export(path, tmp_path / "out.pdf")

    document = pypdfium2.PdfDocument(out)
    heights = [document[n].get_size()[1] / 72 * 25.4 for n in range(3)]
    assert heights == pytest.approx([1143 / 3.85, 100, 1600 / 3.85], abs=0.1)
    assert document[0].get_size()[0] / 72 * 25.4 == pytest.approx(215, abs=0.1)
    (picture,) = document[2].get_objects()
    assert picture.get_bitmap().to_pil().convert("1").tobytes() == drawing(1728, 1600).tobytes()
    document.close()


def test_a_received_fax_as_pictures(tmp_path: Path) -> None:
    """PNGs have square pixels: what was 100 mm by 100 mm is a square."""
    path = received(tmp_path / "in.tif", [drawing(1728, 828), drawing(1728, 10)])

    files = export(path, tmp_path / "out.png")

    assert [file.name for file in files] == ["out-1.png", "out-2.png"]
    width, height = Image.open(files[0]).size
    assert height / width == pytest.approx(828 / 3.85 / 215, rel=0.01)
    assert export(received(tmp_path / "one.tif", [drawing()]), tmp_path / "one.png") == (
        tmp_path / "one.png",
    )


def test_a_fax_goes_to_pdf_and_back_unchanged(tmp_path: Path, made) -> None:  # type: ignore[no-untyped-def]
    """Fax, PDF, fax: of the same size, and nearly every dot the same."""
    path = received(tmp_path / "in.tif", [drawing()])
    export(path, tmp_path / "a.pdf")

    fax = made(tmp_path / "a.pdf", options=Options(resolution=Resolution.STANDARD))

    assert shapes(fax) == [("a.pdf", 1, 1728, 1143)]
    other = ImageChops.logical_xor(pages_of(fax.path)[0], drawing())
    assert other.histogram()[255] < 0.02 * 1728 * 1143


def test_a_preview_shows_all_pages(tmp_path: Path) -> None:
    """A sheet has each page small, at most four in a row."""
    path = received(tmp_path / "in.tif", [drawing()] * 5)

    sheet = Image.open(preview(path, tmp_path / "sheet.png"))

    assert sheet.width == 4 * 436 + 16
    assert sheet.height > 2 * 560


def test_other_papers_fit(tmp_path: Path, written, made) -> None:  # type: ignore[no-untyped-def]
    """A page of B4 is whole on A4, and in its own size on B4."""
    source = written("a.pdf", text_pdf(((729, 1032),)))  # 257 x 364 mm

    assert shapes(made(source)) == [("a.pdf", 1, 1728, 2287)]
    fax = made(source, options=Options(paper=Paper.B4))
    assert fax.pages[0].columns == 2048
    assert fax.pages[0].rows == pytest.approx(2803, abs=30)


def test_blank_pages_are_left_out(written, made) -> None:  # type: ignore[no-untyped-def]
    """Only where it's wanted, and never all of them without a word."""
    source = written("a.txt", "one\f\f \ffour")
    options = Options(drop_blank=True)

    assert len(made(source).pages) == 4
    fax = made(source, options=options)
    assert (len(fax.pages), fax.blank) == (2, 2)
    assert [page.source_page for page in fax.pages] == [1, 4]
    with pytest.raises(DocumentError, match="found none, all 2 pages are blank"):
        made(written("b.pdf", text_pdf(((595, 842),) * 2, text="")), options=options)


def test_pictures_keep_colours_that_matter(tmp_path: Path, made) -> None:  # type: ignore[no-untyped-def]
    """What is transparent is white, 16 bits are as grey as 8, a turned photograph stands up."""
    Image.new("RGBA", (600, 800), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    Image.new("I;16", (600, 800), 60000).save(tmp_path / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.new("L", (800, 400), 255)
    wide.paste(0, (0, 0, 400, 400))
    wide.save(tmp_path / "turned.jpg", exif=exif, dpi=(100, 100))
    sources = [tmp_path / name for name in ("clear.png", "deep.png", "turned.jpg")]

    fax = made(*sources, options=Options(tone=Tone.TEXT))

    clear, deep, turned = pages_of(fax.path)
    assert ImageChops.invert(clear).getbbox() is None
    assert ImageChops.invert(deep).getbbox() is None
    left, top, right, bottom = ImageChops.invert(turned).getbbox() or (0, 0, 0, 0)
    assert (right - left) / 8.037 == pytest.approx(101.6, abs=1)
    assert (top, bottom / 7.7) == (0, pytest.approx(101.6, abs=1))


def test_a_cover_counts_all_pages(tmp_path: Path, written) -> None:  # type: ignore[no-untyped-def]
    """The cover is the first page; its fields are on it, in Chinese or English."""
    source = written("a.txt", "one\ftwo")
    sizes = set()
    for language in ("en", "zh"):
        words = cover.template(language)
        front = cover.cover(words, {"to": "Li Wei", "comments": "a\nb"})
        fax = convert([source], tmp_path / f"{language}.tif", cover=front)
        assert [page.source for page in fax.pages] == ["cover", "a.txt", "a.txt"]
        assert fax.warnings == ()
        sizes.add(fax.pages[0].size_bytes)
        texts = [str(block) for block in cover.blocks(front, len(fax.pages))]
        assert any("'3'" in text and words.labels["pages"] in text for text in texts)
        assert not any(words.labels["regarding"] in text for text in texts)
    assert len(sizes) == 2


def test_a_cover_is_refused_with_the_reason(tmp_path: Path) -> None:
    """A field that there isn't, one that is counted, and a template with a mistake are told."""
    words = cover.template("en")
    with pytest.raises(DocumentError, match=r"no such field: 'form'; did you mean 'from'\?"):
        cover.cover(words, {"form": "x"})
    with pytest.raises(DocumentError, match="the pages are counted"):
        cover.cover(words, {"pages": "3"})
    path = tmp_path / "own.yaml"
    path.write_text("title: Fax\nlabel: {}\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"own\.yaml:2:1"):
        cover.template(path)


def bomb_png(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def looped_tiff(tmp_path: Path) -> bytes:
    """A TIFF whose second page's directory leads back to the first."""
    data = bytearray(received(tmp_path / "l.tif", [drawing(1728, 20)] * 2).read_bytes())
    (first,) = struct.unpack_from("<I", data, 4)
    (second,) = struct.unpack_from("<I", data, first + 2 + 13 * 12)
    struct.pack_into("<I", data, second + 2 + 13 * 12, first)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", encrypted_pdf(), r"a\.pdf: the PDF is encrypted"),
        ("a.pdf", text_pdf()[:-60], r"a\.pdf: the PDF is cut off: expected %%EOF"),
        ("a.pdf", b"%PDF-1.4 nonsense %%EOF", r"a\.pdf: the PDF can't be read"),
        ("a.pdf", text_pdf(((10, 10),) * 501), "a PDF of 1 to 500 pages, found 501"),
        ("a.pdf", text_pdf(((595, 842),) * 10_000), "a PDF of 1 to 500 pages, found 10000"),
        ("a.png", bomb_png(100_000, 100_000), "has 100000 x 100000 pixels, expected at most"),
        ("a.png", bomb_png(5000, 5000), r"a\.png: can't be read: .*truncated"),
        ("a.png", bomb_png(10, 10)[:40], r"a\.png: can't be read"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "found an old Office document"),
        ("a.docx", b"PK\x03\x04rest", "found an archive or an Office document"),
        ("a.gif", b"GIF89a...", "found a GIF picture"),
        ("a.bin", b"\x00\x01\x02\x03", "found a file of another kind"),
        ("a.txt", b"", r"a\.txt: the file is empty"),
        ("a.txt", b"\xff\xff\xff\xff", "expected text in UTF-8, UTF-16 or GB 18030"),
        ("a.tif", b"II*\0\x08\0\0\0\0\0", r"a\.tif: can't be read"),
    ],
)  # fmt: skip
def test_what_cant_be_faxed_is_refused_with_a_reason(
    name: str,
    data: bytes,
    words: str,
    written,
    made,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    """Bombs, cut-off, encrypted and endless documents are refused; nothing is written."""
    with pytest.raises(DocumentError, match=words):
        made(written(name, data))

    assert not (tmp_path / "out.tif").exists()


def test_a_cut_off_picture_is_refused(tmp_path: Path, written, made) -> None:  # type: ignore[no-untyped-def]
    """Half a picture isn't sent as if it were whole."""
    for kind in ("PNG", "JPEG", "TIFF"):
        photo().convert("RGB").save(tmp_path / "whole", kind)
        data = (tmp_path / "whole").read_bytes()
        with pytest.raises(DocumentError, match="half: can't be read"):
            made(written("half", data[: len(data) // 2]))


def test_a_tiff_that_goes_round_in_circles_ends(tmp_path: Path, written, made) -> None:  # type: ignore[no-untyped-def]
    """Pages are read until the directories come round to the first; there are two."""
    source = written("loop.tif", looped_tiff(tmp_path))

    fax = made(source, options=Options(resolution=Resolution.STANDARD))

    assert len(fax.pages) == 2


def test_what_takes_too_much_is_ended(tmp_path: Path, written, made) -> None:  # type: ignore[no-untyped-def]
    """Time, processor, memory, size and pages: each limit is told in words."""
    long, short = written("long.txt", "x\n" * 20_000), written("a.txt", "x\n" * 200)
    for source, limits, words in (
        (long, Limits(seconds=0.05), "expected to be converted within 0.05 s, wasn't done"),
        (long, Limits(cpu_seconds=1), "expected at most 1 s of processor time, took more"),
        (long, Limits(input_bytes=100), "expected at most 100 bytes, found 40,000"),
        (short, Limits(pages=3), "expected at most 3 pages, found more"),
        (short, Limits(output_bytes=1000), "expected at most 1,000 bytes of fax, found more"),
    ):
        with pytest.raises(DocumentError, match=f"{source.name}: .*({words})"):
            made(source, limits=limits)
    Image.new("L", (7000, 7000)).save(tmp_path / "big.png")
    with pytest.raises(DocumentError, match=r"big\.png: .*memory"):
        made(tmp_path / "big.png", limits=Limits(memory_bytes=120 << 20))


def test_what_isnt_there(tmp_path: Path, made) -> None:  # type: ignore[no-untyped-def]
    """No file, a folder, no fax, no document at all: each is told."""
    with pytest.raises(DocumentError, match=r"nix\.pdf: expected a file, found nothing"):
        made(tmp_path / "nix.pdf")
    with pytest.raises(DocumentError, match="expected a file, found a folder"):
        made(tmp_path)
    with pytest.raises(DocumentError, match="expected a document or a cover, found neither"):
        made()
    photo().save(tmp_path / "p.png")
    with pytest.raises(DocumentError, match=r"p\.png: expected a fax .* found PNG in mode L"):
        export(tmp_path / "p.png", tmp_path / "x.pdf")
    with pytest.raises(DocumentError, match=r"ends in \.pdf or \.png"):
        export(tmp_path / "p.png", tmp_path / "x.gif")


def test_folders_of_killed_conversions_are_swept(tmp_path: Path, written, made) -> None:  # type: ignore[no-untyped-def]
    """What a process that was killed left behind goes with the next conversion; others stay."""
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = tmp_path / f"{sandbox.PREFIX}{dead.pid}-abc"
    kept = tmp_path / f"{sandbox.PREFIX}{os.getpid()}-abc"
    for folder in (left, kept):
        folder.mkdir()
        (folder / "fax.tif").write_bytes(b"half")

    made(written("a.txt", "hello"))

    assert not left.exists()
    assert kept.exists()
