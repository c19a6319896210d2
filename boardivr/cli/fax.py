"""``boardivr fax``: documents into faxes, and a look at them before they are sent."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli import fax_inbox, fax_log, fax_probe, fax_queue, fax_send
from boardivr.cli.fax_pages import cover_of, cover_options, options_of, page_options
from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.fax.model import Cover, FaxDocument, Options

FILE = click.Path(dir_okay=False, path_type=Path)
RATES = (14400, 12000, 9600, 7200, 4800, 2400)
FAX_SUFFIXES = (".tif", ".tiff")


@click.group()
def fax() -> None:
    """Faxes: documents, the queue, what became of them."""


@fax.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "-o", "--output", required=True, type=FILE, help="What to write: .tif, or .pdf or .png."
)
@page_options
@cover_options
@click.option(
    "--rate", type=click.Choice([str(rate) for rate in RATES]), default="14400",
    show_default=True, help="Bits a second, for the time on the line.",
)  # fmt: skip
@json_option
def convert(
    files: tuple[Path, ...],
    output: Path,
    cover: tuple[str, ...],
    cover_template: str,
    rate: str,
    as_json: bool,
    **page: Any,
) -> None:
    """Make one fax of documents: PDF, PNG, JPEG, TIFF, text, Markdown.

    With a .pdf or .png to write, a fax that was received becomes one that people can
    read, and any other document what the receiver would see of it.

    \b
        boardivr fax convert letter.pdf photo.jpg -o out.tif --cover to="Li Wei"
        boardivr fax convert received.tif -o received.pdf
    """
    front = cover_of(cover, cover_template)
    suffix = output.suffix.lower()
    if suffix not in (*FAX_SUFFIXES, ".pdf", ".png"):
        raise click.BadParameter(f"expected .tif, .pdf or .png at its end, found {output.name!r}")
    if suffix in FAX_SUFFIXES:
        made = _made(files, output, options_of(page), front)
        _tell(made, (output,), int(rate), as_json)
    elif len(files) == 1 and files[0].suffix.lower() in FAX_SUFFIXES and front is None:
        _exported(files[0], output, as_json)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = _made(files, Path(folder, "fax.tif"), options_of(page), front)
            _tell(made, _export(made.path, output), int(rate), as_json)


@fax.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("-o", "--output", required=True, type=FILE, help="The PNG to write.")
@page_options
@json_option
def preview(files: tuple[Path, ...], output: Path, as_json: bool, **page: Any) -> None:
    """Show all pages as they would arrive, small, on one sheet.

    \b
        boardivr fax preview letter.pdf -o sheet.png
    """
    from boardivr.fax import document

    with tempfile.TemporaryDirectory() as folder:
        made = _made(files, Path(folder, "fax.tif"), options_of(page), None)
        document.preview(made.path, output)
    _tell(made, (output,), 14400, as_json)


def _made(
    files: Sequence[Path], output: Path, options: Options, cover: Cover | None
) -> FaxDocument:
    from boardivr.fax import document

    made = document.convert(files, output, options, cover=cover)
    for warning in made.warnings:
        click.echo(f"boardivr: {warning}", err=True)
    return made


def _export(source: Path, output: Path) -> tuple[Path, ...]:
    from boardivr.fax import document

    return document.export(source, output)


def _exported(source: Path, output: Path, as_json: bool) -> None:
    files = _export(source, output)
    if as_json:
        print_json({"files": [str(path) for path in files]})
    else:
        click.echo("\n".join(map(str, files)))


def _tell(made: FaxDocument, files: Sequence[Path], rate: int, as_json: bool) -> None:
    from boardivr.fax.document import seconds
    from boardivr.fax.estimate import page_seconds

    pages = [
        {**dataclasses.asdict(page), "seconds": round(page_seconds(page.size_bytes, rate), 1)}
        for page in made.pages
    ]
    total = round(seconds(made, rate), 1)
    if as_json:
        print_json({
            "files": [str(path) for path in files], "resolution": made.resolution.value,
            "paper": made.paper.label, "pages": pages, "blank": made.blank, "rate": rate,
            "seconds": total, "warnings": made.warnings,
        })  # fmt: skip
        return
    print_table(
        ("page", "from", "its page", "dots", "bytes", "as", "seconds"),
        [
            (number, page["source"], page["source_page"], f"{page['columns']} x {page['rows']}",
             page["size_bytes"], page["tone"], page["seconds"])
            for number, page in enumerate(pages, 1)
        ],
    )  # fmt: skip
    blank = f", {made.blank} blank left out" if made.blank else ""
    click.echo(f"{len(pages)} pages{blank}, about {total:.0f} s on the line at {rate} bit/s")
    click.echo("\n".join(map(str, files)))


for command in (
    *fax_send.COMMANDS,
    *fax_queue.COMMANDS,
    *fax_log.COMMANDS,
    fax_probe.probe,
    *fax_inbox.COMMANDS,
):
    fax.add_command(command)
