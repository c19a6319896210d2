"""``boardivr demo``: the sample bank's calls, as their callers hear them."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from boardivr.cli.calls import print_calls
from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.run import render_prompts

if TYPE_CHECKING:
    from boardivr.demo import DemoFax
    from boardivr.demo_prompts import RecordingDemo


@click.command()
@click.option("--real-time", is_flag=True, help="At line speed, instead of as fast as it goes.")
@click.option(
    "--board", "url", metavar="URL", help="On another board with telephones, say dialogic:sim."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-out"),
    show_default=True,
    help="Folder for the recording, the database and the rendered prompts.",
)
@pass_app
def demo(app: AppContext, real_time: bool, url: str | None, out: Path) -> None:
    """Run the sample bank's calls, print each as it was heard, and its record.

    Six callers at once on a loopback board with real audio: two customers with
    different functions open, one who has a statement faxed, one who says what she
    wants, one who says nothing, one who hangs up. The statement goes out as a real fax,
    to a machine on the same board. Then a speaker records prompts by telephone.
    """
    from boardivr.demo import demo_settings, run_demo
    from boardivr.demo_prompts import record_prompts
    from boardivr.hal.loopback.transcript import lines

    began = perf_counter()
    settings = demo_settings(app.settings, out)
    result = run_demo(settings, out, is_real_time=real_time, url=url, ready=render_prompts)
    for call in result.calls:
        click.echo()
        click.secho(call.title, bold=True)
        for line in lines(call.log):
            click.echo(line)
        if call.recording is not None:
            click.echo(f"recording: {call.recording}")
    click.echo()
    if result.fax is not None:
        _print_fax(result.fax)
    print_calls(list(result.records))
    if url is None:
        _print_recording(record_prompts(settings, is_real_time=real_time))
    took = perf_counter() - began
    click.echo(f"{result.seconds:.0f} s of telephone line in {took:.1f} s")


def _print_fax(fax: DemoFax) -> None:
    how = "dot by dot as it was sent" if fax.is_exact else "not as it was sent"
    result = fax.result
    click.secho("the statement, on the fax machine", bold=True)
    click.echo(
        f"{result.pages_received} page at {result.rate} bit/s in {result.seconds:.0f} s, {how}:"
        f" {fax.picture}\n"
    )


def _print_recording(made: RecordingDemo) -> None:
    from boardivr.hal.loopback.transcript import lines

    click.echo()
    click.secho("a speaker records prompts by telephone", bold=True)
    for line in lines(made.log):
        click.echo(line)
    for version in made.session.kept:
        about = f"{version.seconds:.1f} s at {version.level_dbm0:.0f} dBm0"
        click.echo(f"{version.prompt}@{version.language}: kept, {about}, by {version.who}")
    click.echo(f"{made.checked} prompts in all languages: {len(made.problems)} problems\n")
