"""``boardivr fax inbox|view|export|forward|delete|boxes``: faxes that were received."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.fax_common import open_queue, tell_appliance
from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.fax.inbox.inbox import Inbox
    from boardivr.fax.inbox.model import Delivery, ReceivedFax

FILE = click.Path(dir_okay=False, path_type=Path)
fax_id = click.argument("id", metavar="FAX", type=int)


@contextmanager
def open_inbox(app: AppContext) -> Iterator[Inbox]:
    """Open the inbox beside the appliance, which may be receiving."""
    from boardivr.clock import SystemClock
    from boardivr.fax.inbox.office import open_inbox

    with app.store() as store:
        settings = app.settings
        yield open_inbox(
            store, settings.fax, settings.home, SystemClock().wall, pin_cost=settings.pin_cost
        )


@click.command()
@click.option("--box", metavar="NAME", help="Only this one's.")
@click.option("--new", "is_new", is_flag=True, help="Those that nobody has looked at.")
@click.option("--limit", type=int, default=100, show_default=True, help="So many at most.")
@json_option
@pass_app
def inbox(app: AppContext, box: str | None, is_new: bool, limit: int, as_json: bool) -> None:
    """List faxes that were received, the newest first."""
    with open_inbox(app) as inbox:
        faxes = inbox.file.faxes(box=box, is_unseen=is_new, limit=limit)
        facts = [_facts(fax, inbox.file.deliveries(fax.id)) for fax in faxes]
    if as_json:
        print_json(facts)
        return
    print_table(
        ("fax", "box", "received", "from", "pages", "how", "seen", "delivered"),
        [
            (one["id"], one["box"], one["began"], one["sender"], one["pages"],
             one["state"], "yes" if one["seen"] else "no", _delivered(one["deliveries"]))
            for one in facts
        ],
    )  # fmt: skip


@click.command()
@fax_id
@click.option("-o", "--output", type=FILE, help="The PNG to write; fax-FAX.png without it.")
@json_option
@pass_app
def view(app: AppContext, id: int, output: Path | None, as_json: bool) -> None:
    """Write a sheet of a fax's pages as PNG, and show it in the terminal if that can.

    The fax counts as seen then.
    """
    from boardivr.fax import document

    with open_inbox(app) as inbox:
        path = inbox.path(inbox.file.fax(id))
        sheet = document.preview(path, output or Path(f"fax-{id}.png"))
        fax = inbox.see(id)
        facts = _facts(fax, inbox.file.deliveries(id))
    if as_json:
        print_json({**facts, "file": str(sheet)})
        return
    _show(sheet)
    part = "" if fax.state.value == "whole" else f", then the call ended ({fax.words})"
    click.echo(f"fax {id} from {fax.sender or 'unknown'}: {fax.pages} pages{part}")
    click.echo(str(sheet))


@click.command()
@fax_id
@click.option("-o", "--output", required=True, type=FILE, help="Ends in .pdf, .png or .tif.")
@json_option
@pass_app
def export(app: AppContext, id: int, output: Path, as_json: bool) -> None:
    """Write a received fax as PDF, as PNGs, or as it came (TIFF).

    The fax counts as seen then.
    """
    import shutil

    from boardivr.fax import document

    with open_inbox(app) as inbox:
        path = inbox.path(inbox.file.fax(id))
        if output.suffix.lower() in (".tif", ".tiff"):
            shutil.copyfile(path, output)
            files: tuple[Path, ...] = (output,)
        else:
            files = document.export(path, output)
        inbox.see(id)
    if as_json:
        print_json({"files": [str(one) for one in files]})
    else:
        click.echo("\n".join(map(str, files)))


@click.command()
@fax_id
@click.option("--to", "numbers", multiple=True, metavar="NUMBER", help="As a fax, by the queue.")
@click.option("--mail", "mails", multiple=True, metavar="ADDRESS", help="As a PDF, by e-mail.")
@json_option
@pass_app
def forward(
    app: AppContext, id: int, numbers: tuple[str, ...], mails: tuple[str, ...], as_json: bool
) -> None:
    """Send a received fax on: to other fax machines, or by e-mail."""
    import re

    from boardivr.fax.inbox.settings import Address
    from boardivr.fax.queue.order import FaxOrder

    if not numbers and not mails:
        raise click.UsageError("expected --to NUMBER or --mail ADDRESS")
    for mail in mails:
        if not re.fullmatch(Address.form, mail):
            raise click.BadParameter(f"expected {Address.what}, found {mail!r}")
    with open_inbox(app) as inbox, open_queue(app) as queue:
        path = inbox.path(inbox.file.fax(id))
        jobs = []
        if numbers:
            order = FaxOrder(files=(path,), numbers=numbers, title=f"received fax {id}")
            jobs = [job.id for job in queue.submit(order)]
        inbox.mail(id, mails)
    is_told = tell_appliance(app)
    if as_json:
        print_json({"faxes": jobs, "mails": list(mails)})
        return
    click.echo("\n".join([*(f"fax {job} is queued" for job in jobs),
                          *(f"a mail to {mail} is due" for mail in mails)]))  # fmt: skip
    if not is_told:
        click.echo("boardivr: no appliance runs here; it goes out when one does", err=True)


@click.command()
@click.argument("ids", metavar="FAX...", nargs=-1, required=True, type=int)
@json_option
@pass_app
def delete(app: AppContext, ids: tuple[int, ...], as_json: bool) -> None:
    """Delete received faxes, with what was still to be delivered of them."""
    with open_inbox(app) as inbox:
        faxes = [inbox.delete(id) for id in ids]
    if as_json:
        print_json([_facts(fax, []) for fax in faxes])
    else:
        click.echo("\n".join(f"fax {fax.id} is deleted" for fax in faxes))


@click.command()
@click.option("--set-pin", metavar="NAME", help="Give a box a PIN, so that callers can open it.")
@click.option("--remove-pin", metavar="NAME", help="Take it away.")
@json_option
@pass_app
def boxes(app: AppContext, set_pin: str | None, remove_pin: str | None, as_json: bool) -> None:
    """List fax mailboxes: what goes into each, where it is delivered, how many faxes it has.

    A PIN is asked for without showing it, or read as the first line of stdin.
    """
    with open_inbox(app) as inbox:
        for name in filter(None, (set_pin, remove_pin)):
            if name not in inbox.section.names:
                known = ", ".join(inbox.section.names)
                raise click.UsageError(f"no fax mailbox {name!r}; there are {known}")
        if set_pin:
            inbox.set_pin(set_pin, _pin())
        if remove_pin:
            inbox.set_pin(remove_pin, None)
        facts = [_box(inbox, name) for name in inbox.section.names]
    if as_json:
        print_json(facts)
        return
    print_table(
        ("box", "faxes", "new", "PIN", "what goes there", "delivered to"),
        [
            (one["name"], one["faxes"], one["new"], "yes" if one["has_pin"] else "no",
             ", ".join(one["takes"]), ", ".join(one["delivers"]))
            for one in facts
        ],
    )  # fmt: skip


def _facts(fax: ReceivedFax, deliveries: list[Delivery]) -> dict[str, Any]:
    facts = {name: value for name, value in vars(fax).items() if name != "file"}
    return {
        **facts,
        "state": fax.state.value,
        "sender": fax.sender,
        "deliveries": [
            {"way": one.way.value, "target": one.target[0], "state": one.state.value,
             "tries": one.tries, "words": one.words}
            for one in deliveries
        ],
    }  # fmt: skip


def _delivered(deliveries: list[dict[str, Any]]) -> str:
    done = sum(one["state"] == "done" for one in deliveries)
    if done == len(deliveries):
        return "yes" if deliveries else ""
    is_lost = any(one["state"] == "failed" for one in deliveries)
    return f"{done} of {len(deliveries)}{', failed' if is_lost else ''}"


def _box(inbox: Inbox, name: str) -> dict[str, Any]:
    box = inbox.section.box(name)
    faxes, new = inbox.file.counts().get(name, (0, 0))
    takes = [*box.sub_addresses, *box.dnis, *box.idents]
    delivers = [*([box.folder] if box.folder else []), *box.mail, *box.command[:1]]
    return {
        "name": name,
        "faxes": faxes,
        "new": new,
        "has_pin": inbox.file.has_pin(name),
        "takes": [str(one) for one in takes] or (["all else"] if name == "general" else []),
        "delivers": [str(one) for one in delivers],
    }


def _pin() -> str:
    if sys.stdin.isatty():
        pin = click.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True)
    else:
        pin = sys.stdin.readline().strip()
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 12):
        raise click.UsageError("expected a PIN of 4 to 12 digits")
    return str(pin)


def _show(sheet: Path) -> None:
    from boardivr.cli.thumbnail import can_show, thumbnail

    if can_show():
        for line in thumbnail(sheet):
            click.echo(line)


COMMANDS = (inbox, view, export, forward, delete, boxes)
