"""``boardivr doctor``: is all in place, and what to do where it isn't."""

from __future__ import annotations

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json


@click.command()
@json_option
@pass_app
def doctor(app: AppContext, as_json: bool) -> None:
    """Check that all is in place; exit code 1 if something is missing."""
    from boardivr.doctor import Finding, State, examine

    findings: list[Finding] = []
    for finding in examine(app.settings):
        findings.append(finding)
        if not as_json:
            hint = f" ({finding.hint})" if finding.hint else ""
            click.echo(f"{finding.state.value:4}  {finding.part}: {finding.found}{hint}")
    if as_json:
        print_json(
            [
                {
                    "part": finding.part,
                    "state": finding.state.value,
                    "found": finding.found,
                    "hint": finding.hint,
                }
                for finding in findings
            ]
        )
    if any(finding.state is State.FAIL for finding in findings):
        click.get_current_context().exit(1)
