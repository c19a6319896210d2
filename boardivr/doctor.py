"""Is all in place? Looks at each part that an appliance needs, and says what to do.

Nothing is changed, nothing is started; what can't be looked at is a finding too.
"""

from __future__ import annotations

import ctypes
import enum
import importlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from boardivr.errors import BoardIVRError
from boardivr.settings import Settings

SPANDSP = "libspandsp.so.2"
ESPEAK = "espeak-ng"
ESPEAK_WITHIN = 10.0  # seconds

GIGABYTE = 1_000_000_000
LITTLE_SPACE = 2 * GIGABYTE
NO_SPACE = GIGABYTE // 5


class State(enum.Enum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"  # it runs, but someone should look
    FAIL = "fail"  # it can't run


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found of one part.

    :param hint: what to do about it
    """

    part: str
    state: State
    found: str
    hint: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one part after the other."""
    for part, look in PARTS.items():
        try:
            yield from look(settings)
        except (BoardIVRError, OSError, ImportError) as error:
            yield Finding(part=part, state=State.FAIL, found=str(error))


def look_at_python(settings: Settings) -> Iterator[Finding]:
    """Say which Python runs; an older one than we need can't install the package."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(part="python", state=State.OK, found=version)


def look_at_engine(settings: Settings) -> Iterator[Finding]:
    """Look whether the engine in C was compiled and can be loaded."""
    try:
        importlib.import_module("boardivr.media._engine")
    except ImportError as error:
        yield Finding(part="engine", state=State.FAIL, found=str(error), hint="run `make setup`")
    else:
        yield Finding(part="engine", state=State.OK, found="compiled")


def look_at_spandsp(settings: Settings) -> Iterator[Finding]:
    """Look whether libspandsp can be loaded."""
    try:
        ctypes.CDLL(SPANDSP)
    except OSError as error:
        hint = "apt-get install libspandsp2"
        yield Finding(part="libspandsp", state=State.FAIL, found=str(error), hint=hint)
    else:
        yield Finding(part="libspandsp", state=State.OK, found=SPANDSP)


def look_at_espeak(settings: Settings) -> Iterator[Finding]:
    """Look whether the speech engine answers."""
    program = shutil.which(ESPEAK)
    hint = "apt-get install espeak-ng"
    if program is None:
        yield Finding(part=ESPEAK, state=State.FAIL, found="not installed", hint=hint)
        return
    try:
        answer = subprocess.run(
            [program, "--version"],
            capture_output=True,
            check=True,
            timeout=ESPEAK_WITHIN,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.SubprocessError as error:
        yield Finding(part=ESPEAK, state=State.FAIL, found=str(error), hint=hint)
    else:
        words = answer.stdout.decode(errors="replace").split("Data at:")[0]
        found = " ".join(words.split())
        yield Finding(part=ESPEAK, state=State.OK, found=found)


def look_at_voices(settings: Settings) -> Iterator[Finding]:
    """Look which voice speaks what has no recording; nothing is started."""
    from boardivr.prompts.tts.audition import audition

    for voice in audition(settings.voices, ("zh-CN", "en")):
        state = State.OK if voice.is_good else State.WARN if voice.is_there else State.FAIL
        part = f"voice {voice.language}"
        yield Finding(part=part, state=state, found=voice.found, hint=voice.hint)


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Say where the settings come from."""
    found = str(settings.file) if settings.file else f"defaults; home {settings.home}"
    yield Finding(part="settings", state=State.OK, found=found)


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """Look whether the database can be written, is whole, and has this version's tables."""
    from boardivr.store import Store

    path = settings.database
    if not path.exists():
        hint = "it is made at the first start, or by `boardivr db migrate`"
        yield Finding(part="database", state=State.WARN, found=f"{path}: not there yet", hint=hint)
        return
    with Store(path) as store:
        store.refuse_newer()
        missing = store.missing()
        if missing:
            found, hint = f"{path}: lacks {', '.join(missing)}", "run `boardivr db migrate`"
            yield Finding(part="database", state=State.FAIL, found=found, hint=hint)
            return
        result = store.row("pragma quick_check(1)") or {}
        if result.get("quick_check") != "ok":
            found, hint = f"{path}: {result.get('quick_check')}", "put the last backup back"
            yield Finding(part="database", state=State.FAIL, found=found, hint=hint)
            return
        with store.transaction() as work:
            # Changes nothing, but takes the pen and needs a disk that can be written.
            work.execute("update parameters set value = value")
        yield Finding(part="database", state=State.OK, found=f"{path}, {store.applied()[-1]}")


def look_at_node(settings: Settings) -> Iterator[Finding]:
    """Say whether the appliance runs."""
    from boardivr.store.lock import holder

    process = holder(settings.database, settings.node)
    found = f"runs as process {process}" if process else "doesn't run"
    yield Finding(part=f"node {settings.node}", state=State.OK, found=found)


def look_at_space(settings: Settings) -> Iterator[Finding]:
    """Look how much room the database's disk has."""
    place = settings.database.parent
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    found = f"{free / GIGABYTE:.1f} GB free at {place}"
    state = State.FAIL if free < NO_SPACE else State.WARN if free < LITTLE_SPACE else State.OK
    hint = "" if state is State.OK else "make room: recordings and traces need it"
    yield Finding(part="disk", state=state, found=found, hint=hint)


def look_at_boards(settings: Settings) -> Iterator[Finding]:
    """Have each board's driver look whether its libraries and boards are there."""
    from boardivr.hal.registry import examine as examine_board

    for url in settings.boards:
        for look in examine_board(url):
            state = State.OK if look.is_ok else State.FAIL
            part = f"{url.partition(':')[0]} {look.part}"
            yield Finding(part=part, state=state, found=look.found, hint=look.hint)


def look_at_hosts(settings: Settings) -> Iterator[Finding]:
    """Look whether the hosts' functions and drivers can be had."""
    from boardivr.hosts.dbapi import load_driver
    from boardivr.hosts.python import load_function

    for name, host in settings.hosts.items():
        kind = host.kind or ""
        if host.python is not None:
            load_function(host.python)
        if host.db is not None:
            load_driver(host.db)
        told = {"python": host.python, "sql": f"sql {host.sql}", "db": f"db {host.db}"}
        yield Finding(part=f"host {name}", state=State.OK, found=told.get(kind) or kind)


def look_at_flows(settings: Settings) -> Iterator[Finding]:
    """Look at every flow in the folder and at its prompts; each problem is a finding."""
    from boardivr.flows.loader import check_file, flow_files

    files = flow_files(settings.flows)
    if not files:
        hint = "put flows there, or set `flows:` in the settings"
        yield Finding(part="flows", state=State.FAIL, found=f"none in {settings.flows}", hint=hint)
    for file in files:
        problems = check_file(file)
        for problem in problems:
            state = State.WARN if problem.is_warning else State.FAIL
            yield Finding(part=f"flow {file.stem}", state=state, found=str(problem))
        if all(problem.is_warning for problem in problems):
            yield Finding(part=f"flow {file.stem}", state=State.OK, found=str(file))
            yield from look_at_prompts(file, settings.home)


def look_at_prompts(file: Path, home: Path | None = None) -> Iterator[Finding]:
    """Look at the prompts of a flow that can be run; nothing is spoken.

    A prompt whose recording can't be played is spoken instead: a warning.
    """
    from boardivr.flows.loader import read_flow
    from boardivr.prompts.library import PromptLibrary
    from boardivr.prompts.problems import ProblemKind
    from boardivr.prompts.recorded import folders_of
    from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser

    flow = read_flow(file)
    part = f"prompts {file.stem}"
    with Pyttsx3Synthesiser() as engine, tempfile.TemporaryDirectory() as cache:
        library = PromptLibrary(
            flow.prompt_sources(),
            engine,
            Path(cache),
            folders=folders_of(str(flow.name), flow.path, home),
        )
        problems = library.check(flow.language.all)
    mute = [problem for problem in problems if problem.kind is ProblemKind.SPEECH]
    if mute:
        found = f"{len(mute)} can't be spoken: {mute[0].message}"
        yield Finding(part=part, state=State.FAIL, found=found)
    for problem in problems:
        if problem.kind is not ProblemKind.SPEECH:
            yield Finding(part=part, state=State.WARN, found=str(problem))
    if not problems:
        found = f"{len(library.prompts)} in {', '.join(flow.language.all)}"
        yield Finding(part=part, state=State.OK, found=found)


def look_at_speech(settings: Settings) -> Iterator[Finding]:
    """Look which languages can be recognised, and at every folder that should be a model."""
    from boardivr.speech.errors import ModelError
    from boardivr.speech.model import Models

    models = Models(settings.home / "speech", settings.speech)
    languages = models.languages()
    if not languages:
        hint = "pip install 'boardivr[speech]'; until then callers use keys"
        yield Finding(part="speech", state=State.WARN, found="no model", hint=hint)
    for language in languages:
        part = f"speech {language}"
        try:
            model = models.find(language)
        except ModelError as error:
            hint = "put the model's files there, or remove the folder"
            yield Finding(part=part, state=State.WARN, found=str(error), hint=hint)
        else:
            yield Finding(part=part, state=State.OK, found=f"{model.folder}, {model.rate} Hz")


PARTS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "python": look_at_python,
    "engine": look_at_engine,
    "libspandsp": look_at_spandsp,
    ESPEAK: look_at_espeak,
    "settings": look_at_settings,
    "database": look_at_database,
    "node": look_at_node,
    "disk": look_at_space,
    "boards": look_at_boards,
    "hosts": look_at_hosts,
    "voices": look_at_voices,
    "speech": look_at_speech,
    "flows": look_at_flows,
}
