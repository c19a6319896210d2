"""``boardivr speech``: which languages are understood, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json, print_table, progress

if TYPE_CHECKING:
    from boardivr.speech.evaluate import Trial
    from boardivr.speech.report import Row


@click.group()
def speech() -> None:
    """Speech recognition: the models there are, and how well callers are understood."""


@speech.command()
@json_option
@pass_app
def models(app: AppContext, as_json: bool) -> None:
    """List the languages that have a model, or a folder that isn't one."""
    from boardivr.speech.errors import ModelError
    from boardivr.speech.recogniser import open_recogniser

    known = open_recogniser(app.settings.home, app.settings.speech).models
    rows: list[dict[str, object]] = []
    for language in known.languages():
        try:
            model = known.find(language)
            rows.append(
                {"language": language, "rate": model.rate, "folder": str(model.folder), "wrong": ""}
            )
        except ModelError as error:
            rows.append({"language": language, "rate": None, "folder": "", "wrong": str(error)})
    if as_json:
        print_json(rows)
    else:
        columns = ("language", "rate", "folder", "wrong")
        print_table(columns, [[row[name] or "" for name in columns] for row in rows])


@speech.command(name="eval")
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--synth", is_flag=True, help="Synthetic callers, by every voice installed.")
@click.option("--language", default="en", show_default=True, help="Whose model is judged.")
@click.option("--every", default=1, help="Every so-manieth utterance only, for a quick look.")
@click.option("--line", "lines", multiple=True, help="Only lines of this name; may be repeated.")
@json_option
@pass_app
def evaluate(
    app: AppContext, folder: Path | None, synth: bool, language: str, every: int,
    lines: Sequence[str], as_json: bool,
) -> None:  # fmt: skip
    """Judge recognition by recordings in FOLDER, or by synthetic callers.

    FOLDER has a folder of recordings for each phrase, named by it (account_balance), and
    one named _other for anything else that callers say.
    """
    from boardivr.speech.evaluate import LINES, Evaluation
    from boardivr.speech.grammar import DOUBTFUL
    from boardivr.speech.recogniser import open_recogniser
    from boardivr.speech.report import as_values
    from boardivr.speech.samples import PHRASES, from_folder, human, synthetic

    if (folder is None) == (not synth):
        raise click.UsageError("give a folder of recordings, or --synth")
    samples = list(from_folder(folder)) if folder else [*synthetic(), *human()]
    samples = samples[::every]
    texts = PHRASES if synth else sorted({s.phrase for s in samples if s.phrase})
    chosen = [line for line in LINES if not lines or line.name in lines]
    if not chosen or not texts:
        raise click.UsageError(f"expected lines of {', '.join(line.name for line in LINES)}")
    model = open_recogniser(app.settings.home, app.settings.speech).models.find(language)
    judge = Evaluation(model, language, texts)
    trials = []
    with progress("understanding", len(samples) * len(chosen)) as tell:
        for trial in judge.run(samples, chosen):
            trials.append(trial)
            tell()
    if as_json:
        print_json(as_values(trials, DOUBTFUL))
    else:
        _print(trials, DOUBTFUL)


def _print(done: Sequence[Trial], threshold: float) -> None:
    from boardivr.speech.report import by_line, curve, speed

    def table(first: str, rows: Sequence[Row]) -> None:
        columns = (first, "right", "wrong", "false accepts (synthetic)", "(human)")
        cells = [(r.name, *map(_percent, (r.right, r.wrong, r.synthetic, r.human))) for r in rows]
        print_table(columns, cells)

    click.echo(f"{len(done)} utterances; taken from a confidence of {threshold:g} on:")
    table("line", by_line(done, threshold))
    click.echo()
    table("threshold", curve(done))
    fast = speed(done)
    if fast is not None:
        click.echo(
            f"\nend of speech to result: median {1000 * fast.latency[0]:.0f} ms, "
            f"95 % within {1000 * fast.latency[1]:.0f} ms; real-time factor {fast.factor:.3f}: "
            f"{fast.streams:.0f} streams a core"
        )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"
