from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from ..fax.samples import drawing, received, text_pdf
from .conftest import Run


def test_documents_become_a_fax_with_its_time(run: Run, tmp_path: Path) -> None:
    """`fax convert` writes the TIFF and tells its pages and the seconds on the line."""
    source, out = tmp_path / "a.pdf", tmp_path / "out.tif"
    source.write_bytes(text_pdf())

    result = run("fax", "convert", str(source), "-o", str(out), "--cover", "to=Li Wei", "--json")

    told = json.loads(result.stdout)
    assert [page["source"] for page in told["pages"]] == ["cover", "a.pdf"]
    assert [page["columns"] for page in told["pages"]] == [1728, 1728]
    assert told["seconds"] > 11.1 + 2 * 3.7
    assert told["files"] == [str(out)]
    assert Image.open(out).n_frames == 2  # type: ignore[attr-defined]


def test_the_table_tells_the_same(run: Run, tmp_path: Path) -> None:
    """Without --json there is a line for each page, and the sum."""
    source = tmp_path / "a.txt"
    source.write_text("one\f\fthree", encoding="utf-8")

    result = run(
        "fax", "convert", str(source), "-o", str(tmp_path / "o.tif"), "--rate", "4800",
        "--resolution", "standard", "--drop-blank",
    )  # fmt: skip

    assert "1728 x 1143" in result.stdout
    assert "2 pages, 1 blank left out, about " in result.stdout
    assert "at 4800 bit/s" in result.stdout


def test_a_received_fax_becomes_readable(run: Run, tmp_path: Path) -> None:
    """A fax TIFF and a .pdf or .png to write: it's exported, not made anew."""
    source = received(tmp_path / "in.tif", [drawing(), drawing()])

    pdf = run("fax", "convert", str(source), "-o", str(tmp_path / "o.pdf"))
    png = run("fax", "convert", str(source), "-o", str(tmp_path / "o.png"), "--json")

    assert pdf.stdout == f"{tmp_path / 'o.pdf'}\n"
    assert json.loads(png.stdout) == {
        "files": [str(tmp_path / "o-1.png"), str(tmp_path / "o-2.png")]
    }


def test_what_the_receiver_would_see(run: Run, tmp_path: Path) -> None:
    """Any document and a .png to write: the fax it becomes, as a picture; preview: as a sheet."""
    source = tmp_path / "a.md"
    source.write_text("# 对账单", encoding="utf-8")

    seen = run("fax", "convert", str(source), "-o", str(tmp_path / "o.png"))
    sheet = run("fax", "preview", str(source), "-o", str(tmp_path / "s.png"))

    assert seen.exit_code == sheet.exit_code == 0
    assert Image.open(tmp_path / "o.png").width == 1728
    assert Image.open(tmp_path / "s.png").width < 500


def test_mistakes_are_told_in_a_line(run: Run, tmp_path: Path) -> None:
    """A document that can't be faxed: exit code 1; a command that can't be meant: 2."""
    source = tmp_path / "a.docx"
    source.write_bytes(b"PK\x03\x04")
    out = str(tmp_path / "o.tif")

    refused = run("fax", "convert", str(source), "-o", out)
    suffix = run("fax", "convert", str(source), "-o", "o.gif")
    pair = run("fax", "convert", str(source), "-o", out, "--cover", "to")
    field = run("fax", "convert", str(source), "-o", out, "--cover", "too=x")

    assert [result.exit_code for result in (refused, suffix, pair, field)] == [1, 2, 2, 1]
    assert refused.stderr.startswith("boardivr: a.docx: expected a PDF, PNG")
    assert "expected .tif, .pdf or .png" in suffix.stderr
    assert "expected FIELD=VALUE, found 'to'" in pair.stderr
    assert "did you mean 'to'?" in field.stderr
    assert not Path(out).exists()
