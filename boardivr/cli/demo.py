"""``boardivr demo``: the sample bank's calls, as their callers hear them."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import click

from boardivr.cli.calls import print_calls
from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.run import render_prompts


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

    Four callers at once on a loopback board with real audio: two customers with
    different functions open, one who says nothing, one who hangs up.
    """
    from boardivr.demo import demo_settings, run_demo
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
    print_calls(list(result.records))
    took = perf_counter() - began
    click.echo(f"{result.seconds:.0f} s of telephone line in {took:.1f} s")
