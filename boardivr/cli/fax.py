"""``boardivr fax``: documents into faxes, and a look at them before they are sent."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.fax.model import Cover, FaxDocument, Options

FILE = click.Path(dir_okay=False, path_type=Path)
RATES = (14400, 12000, 9600, 7200, 4800, 2400)
FAX_SUFFIXES = (".tif", ".tiff")


@click.group()
def fax() -> None:
    """Documents as faxes."""


def page_options(command: Any) -> Any:
    """Give a command the options that say how pages are made."""
    for option in (
        click.option(
            "--drop-blank", is_flag=True, help="Leave pages out on which there is nothing."
        ),
        click.option(
            "--dots", type=click.IntRange(4, 16), default=8, show_default=True,
            help="Columns of a photograph's dots; 12 is coarser and sent sooner.",
        ),
        click.option(
            "--tone", type=click.Choice(["auto", "text", "photo"]), default="auto",
            help="What becomes of grey: letters, dots, or found out by page.",
        ),
        click.option(
            "--paper", type=click.Choice(["a4", "letter", "b4", "a3"]), default="a4",
            show_default=True, help="The paper of the machine that is called.",
        ),
        click.option(
            "--resolution", type=click.Choice(["standard", "fine", "superfine"]), default="fine",
            show_default=True, help="98, 196 or 391 lines an inch.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@fax.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "-o", "--output", required=True, type=FILE, help="What to write: .tif, or .pdf or .png."
)
@page_options
@click.option("--cover", metavar="FIELD=VALUE", multiple=True, help="Put a cover page first.")
@click.option(
    "--cover-template", metavar="NAME", default="en", show_default=True,
    help="The cover's words: en, zh, or a YAML file.",
)  # fmt: skip
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
    front = _cover(cover, cover_template)
    suffix = output.suffix.lower()
    if suffix not in (*FAX_SUFFIXES, ".pdf", ".png"):
        raise click.BadParameter(f"expected .tif, .pdf or .png at its end, found {output.name!r}")
    if suffix in FAX_SUFFIXES:
        made = _made(files, output, _options(page), front)
        _tell(made, (output,), int(rate), as_json)
    elif len(files) == 1 and files[0].suffix.lower() in FAX_SUFFIXES and front is None:
        _exported(files[0], output, as_json)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = _made(files, Path(folder, "fax.tif"), _options(page), front)
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
        made = _made(files, Path(folder, "fax.tif"), _options(page), None)
        document.preview(made.path, output)
    _tell(made, (output,), 14400, as_json)


def _options(page: dict[str, Any]) -> Options:
    from boardivr.fax.model import options_from

    return options_from(page)


def _cover(pairs: Sequence[str], template: str) -> Cover | None:
    from boardivr.fax import cover

    if not pairs:
        return None
    fields = {"date": date.today().isoformat()}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"expected FIELD=VALUE, found {pair!r}", param_hint="--cover")
        fields[name.strip().replace("-", "_")] = value
    return cover.cover(cover.template(template), fields)


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
