"""``boardivr voice``: which speech engines and voices there are, and how they sound."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json, print_table

SAMPLES = {
    "zh": "您好,您的账户余额为一万零一百元零五分。",
    "en": "Welcome. Your account has a balance of ten thousand one hundred yuan and five fen.",
}
LONGEST = 120.0  # seconds that an engine may take; a slow one loads first


@click.group()
def voice() -> None:
    """List the voices that there are, and hear them."""


@voice.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List speech engines, and why one can't be used."""
    from boardivr.prompts.tts import registry

    found = [registry.describe(name) for name in registry.names()]
    if as_json:
        print_json([vars(engine) for engine in found])
        return
    print_table(
        ("engine", "version", "languages", "voices", "what it is"),
        [
            (
                engine.name,
                engine.version or "can't be used",
                sorted({language for _, language in engine.voices}),
                len(engine.voices) or None,
                engine.about,
            )
            for engine in found
        ],
    )
    for engine in found:
        if engine.problem:
            click.echo(engine.problem, err=True)


@voice.command()
@click.argument("engine")
@json_option
def show(engine: str, as_json: bool) -> None:
    """Tell an engine's voices, the best one of each language first, and its licence."""
    from boardivr.prompts.errors import TtsUnavailable
    from boardivr.prompts.tts import registry

    registry.find(engine)
    found = registry.describe(engine)
    if found.problem:
        raise TtsUnavailable(found.problem)
    if as_json:
        print_json(vars(found))
        return
    click.echo(f"{found.name} {found.version}: {found.about}")
    click.echo(f"licence: {found.licence}")
    print_table(("voice", "language"), found.voices)


@voice.command("try")
@click.argument("text", required=False)
@click.option("--language", default="en", show_default=True, help="Of the text.")
@click.option(
    "--voice", "chosen", metavar="ENGINE[:VOICE]", help="Instead of the settings' own choice."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default="voice.wav", show_default=True
)
@pass_app
def try_(app: AppContext, text: str | None, language: str, chosen: str | None, out: Path) -> None:
    """Speak a text into a WAV file, as callers hear it: 8 kHz, levelled.

    The text may have marks: <break time="500ms"/>, <emphasis>, <say-as
    interpret-as="characters">. Without a text a sample is spoken.

    Example:

    \b
        boardivr voice try --language zh-CN --voice kokoro --out sample.wav
    """
    from boardivr.hal.types import Encoding
    from boardivr.media import g711
    from boardivr.media.audiofile import write_wav
    from boardivr.prompts.languages import code
    from boardivr.prompts.library import PromptLibrary
    from boardivr.prompts.model import Prompt, PromptSource
    from boardivr.prompts.pieces import PromptRef
    from boardivr.prompts.tts.casting import cast, described

    words = text or SAMPLES.get(code(language), SAMPLES["en"])
    sample = Prompt(id="sample", sources={language: PromptSource(text=words)})
    voices = dict(app.settings.voices) if chosen is None else {language: chosen}
    with cast(voices) as actors, tempfile.TemporaryDirectory() as cache:
        library = PromptLibrary(
            {"sample": sample}, actors, Path(cache), default_language=language, timeout=LONGEST
        )
        clip = library.clip(PromptRef("sample"), language)
        by = described(actors.parts(language)[0])
    write_wav(out, g711.decode(clip.data, clip.encoding).tobytes(), Encoding.LINEAR)
    problems = library.problems()
    click.echo(f"{out}: {clip.seconds:.1f} s" + ("" if problems else f" by {by}"))
    for problem in problems:
        click.echo(problem.message, err=True)
