from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from .conftest import Run

FLOW = """
boardivr: 1
flow: hello
language: {default: en, others: [zh-CN]}
start: [greet]
steps:
  greet:
  - play: welcome
  - play: goodbye
prompts:
  welcome: {en: Welcome to telephone banking., zh-CN: 欢迎致电电话银行。}
  goodbye: {en: Thank you for calling. Goodbye., zh-CN: 感谢您的来电，再见。}
prompt_groups: {last: [goodbye]}
"""


def speech(seconds: float = 2.0, rate: int = 16000, peak: float = 9000) -> bytes:
    time = np.arange(int(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 12))
    samples = np.rint(peak * buzz / 3 * np.abs(np.sin(2 * np.pi * 2 * time))).astype(np.int16)
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="WAV")
    return out.getvalue()


@pytest.fixture
def flow(home: Path) -> Path:
    (home / "flows").mkdir()
    path = home / "flows" / "hello.yaml"
    path.write_text(FLOW, encoding="utf-8")
    return path


def put(flow: Path, name: str, content: bytes | None = None) -> Path:
    path = flow.parent / "prompts" / "hello" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(speech() if content is None else content)
    return path


def test_list(run: Run, flow: Path) -> None:
    """Each prompt in each language, with what is played and who says it."""
    put(flow, "en/welcome.wav")

    facts = json.loads(run("prompt", "list", "--json").stdout)

    found = {(one["prompt"], one["language"]): one["state"] for one in facts}
    assert found == {
        ("welcome", "en"): "recorded", ("welcome", "zh-CN"): "spoken",
        ("goodbye", "en"): "spoken", ("goodbye", "zh-CN"): "spoken",
    }  # fmt: skip
    assert facts[0]["said_by"] == ["steps greet"]
    assert facts[2]["groups"] == ["last"]


def test_list_some(run: Run, flow: Path) -> None:
    """Only some: by group, by language, by state; a group that isn't there is named."""
    put(flow, "en/welcome.wav")

    assert "welcome" not in run("prompt", "list", "--group", "last").stdout
    assert "zh-CN" not in run("prompt", "list", "--language", "en").stdout
    assert "goodbye" not in run("prompt", "list", "--state", "recorded").stdout
    wrong = run("prompt", "list", "--group", "first")
    assert wrong.exit_code == 1
    assert "expected a group of last, found 'first'" in wrong.stderr


def test_show(run: Run, flow: Path, tmp_path: Path) -> None:
    """One prompt, with a picture of its recordings."""
    put(flow, "en/welcome.wav")
    png = tmp_path / "welcome.png"

    text = run("prompt", "show", "welcome", "--png", str(png)).stdout

    assert "welcome, said by steps greet" in text
    assert "recorded" in text
    assert "rate: " in text
    with Image.open(png) as image:
        assert image.format == "PNG"
        assert len(image.getcolors(100_000) or ()) > 3


def test_unknown(run: Run, flow: Path) -> None:
    """A prompt that isn't there is named, with the nearest one."""
    result = run("prompt", "show", "welcom")

    assert result.exit_code == 1
    assert "found 'welcom'; did you mean 'welcome'?" in result.stderr


def test_check(run: Run, flow: Path) -> None:
    """Errors make the exit code 1, warnings only with --strict."""
    assert run("prompt", "check").exit_code == 0

    put(flow, "en/welcome.wav")
    result = run("prompt", "check")
    assert result.exit_code == 0
    assert "warning: hello: welcome@en: " in result.stdout
    assert "[rate]" in result.stdout
    assert run("prompt", "check", "--strict").exit_code == 1

    put(flow, "en/goodbye.wav", b"no audio")
    facts = json.loads(run("prompt", "check", "--json").stdout)
    assert {(one["kind"], one["severity"]) for one in facts} == {
        ("rate", "warning"), ("file", "error"),
    }  # fmt: skip
    assert run("prompt", "check").exit_code == 1


def test_flow_check_looks_at_recordings(run: Run, flow: Path) -> None:
    """`flow check` tells what is wrong with recordings, at the words' place."""
    put(flow, "en/welcome.wav")

    result = run("flow", "check", str(flow))

    assert result.exit_code == 0
    assert "hello.yaml:11:17: prompt-rate: welcome@en: " in result.stdout


def test_the_shipped_flows_are_clean(run: Run, home: Path) -> None:
    """Nothing is wrong with any prompt that we ship."""
    flows = Path(__file__).parents[2] / "flows"
    shutil.copytree(flows, home / "flows")

    result = run("prompt", "check", "--strict")

    assert (result.exit_code, result.stdout) == (0, "")


def studio(folder: Path, **files: bytes) -> Path:
    """A folder as a studio delivers it."""
    (folder / "en").mkdir(parents=True)
    for name, content in files.items():
        (folder / "en" / f"{name}.wav").write_bytes(content)
    return folder


def test_script_and_back(run: Run, flow: Path, tmp_path: Path) -> None:
    """A script goes out, recordings come back by their names, with the words of the script."""
    out = tmp_path / "studio"
    made = json.loads(run("prompt", "export", str(out), "--language", "en", "--json").stdout)
    assert [Path(file).name for file in made["files"]] == ["script.csv", "script.pdf"]
    assert (out / "script.pdf").read_bytes()[:5] == b"%PDF-"

    flow.write_text(FLOW.replace("Thank you for calling.", "Thanks."), encoding="utf-8")
    studio(out, welcome=speech(2.0), goodbye=speech(2.2))
    taken = json.loads(run("prompt", "import", str(out), "--json").stdout)["taken"]

    assert {one["prompt"]: one["source"] for one in taken} == {
        "welcome": "studio", "goodbye": "studio",
    }  # fmt: skip
    check = run("prompt", "check")
    assert check.exit_code == 1
    assert "other words were recorded: expected 'Thanks. Goodbye.'" in check.stdout
    diff = run("prompt", "diff").stdout
    assert "- Thank you for calling. Goodbye.\n+ Thanks. Goodbye." in diff


def test_import_names_what_it_cannot_take(run: Run, flow: Path, tmp_path: Path) -> None:
    """Good files are taken in, each bad one is named; exit code 1."""
    out = studio(tmp_path / "d", welcome=speech(), welcom=speech(), goodbye=b"junk")

    result = run("prompt", "import", str(out))

    assert result.exit_code == 1
    assert "welcome  en        1" in result.stdout
    assert "did you mean 'welcome'?" in result.stderr
    assert "goodbye.wav: expected WAV, FLAC, Ogg or MP3" in result.stderr


def test_import_of_nothing(run: Run, flow: Path, tmp_path: Path) -> None:
    """A folder without recordings isn't one that was taken in; nor has it versions."""
    empty = tmp_path / "empty"
    empty.mkdir()

    result = run("prompt", "import", str(empty))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no recordings in " in result.stderr
    restored = run("prompt", "restore", "welcome", "1", "--language", "en")
    assert restored.stderr == "boardivr: welcome@en: it has no versions here\n"


@pytest.mark.parametrize("name", ["welcome.zh-CN.wav", "zh-CN/welcome.wav"])
def test_language_by_name(run: Run, flow: Path, tmp_path: Path, name: str) -> None:
    """A file's name or its folder's tells the language."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(speech())

    (taken,) = json.loads(run("prompt", "import", str(path), "--json").stdout)["taken"]

    assert (taken["prompt"], taken["language"]) == ("welcome", "zh-CN")


def test_language_unknown(run: Run, flow: Path, tmp_path: Path) -> None:
    """Without a way to tell the language nothing is guessed."""
    path = tmp_path / "welcome.wav"
    path.write_bytes(speech())

    assert (
        "expected a language of en, zh-CN, found none" in run("prompt", "import", str(path)).stderr
    )
    assert run("prompt", "import", str(path), "--language", "en").exit_code == 0


@pytest.mark.parametrize(
    ("name", "size"),
    [("w.wav", 16_000), ("w.vox", 8_000), ("w.al", 16_000), ("w.flac", 5_000)],
)
def test_play_into_a_file(run: Run, flow: Path, tmp_path: Path, name: str, size: int) -> None:
    """A prompt as callers hear it, as a file of many kinds."""
    put(flow, "en/welcome.wav")

    result = run("prompt", "play", "welcome", "-o", str(tmp_path / name))

    assert result.exit_code == 0
    assert (tmp_path / name).stat().st_size >= size


def test_export_audio(run: Run, flow: Path, tmp_path: Path) -> None:
    """The recordings themselves, in a format that another system takes."""
    put(flow, "en/welcome.wav")

    run("prompt", "export", str(tmp_path / "out"), "--audio", "vox")

    assert [path.name for path in (tmp_path / "out").rglob("*.*")] == ["welcome.vox"]
    assert (tmp_path / "out" / "en" / "welcome.vox").stat().st_size == 8_000


def test_versions(run: Run, flow: Path, tmp_path: Path) -> None:
    """Versions are shown, told apart, played and brought back."""
    for number, seconds in enumerate((2.0, 3.0)):
        run("prompt", "import", str(studio(tmp_path / str(number), welcome=speech(seconds))))

    assert "2 s -> 3 s" in run("prompt", "diff", "welcome").stdout.replace("2.0", "2")
    old = tmp_path / "old.wav"
    run("prompt", "play", "welcome", "--version", "1", "-o", str(old))
    assert abs(soundfile.info(old).duration - 2.0) < 0.1

    run("prompt", "restore", "welcome", "1", "--language", "en")
    facts = json.loads(run("prompt", "show", "welcome", "--json").stdout)["languages"][0]
    assert (facts["version"], len(facts["versions"])) == (3, 3)
    assert facts["sha256"] == facts["versions"][0]["sha256"]
    wrong = run("prompt", "restore", "welcome", "9", "--language", "en")
    assert "welcome@en: expected a version of 1, 2, 3" in wrong.stderr


def test_rename_and_remove(run: Run, flow: Path, tmp_path: Path) -> None:
    """Recordings get another id, and are taken away; the flow's places are told."""
    run("prompt", "import", str(studio(tmp_path / "in", welcome=speech())))

    renamed = run("prompt", "rename", "welcome", "hello").stdout
    assert "hello.yaml:8:11: names welcome" in renamed
    assert "hello@en: " in run("prompt", "check").stdout

    nobody = run("prompt", "rename", "welcme", "hello")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "found 'welcme'; did you mean 'welcome'?" in nobody.stderr

    assert run("prompt", "remove", "--unused").stdout == "hello@en\n"
    assert run("prompt", "check").stdout == ""


def test_bundle(run: Run, flow: Path, tmp_path: Path) -> None:
    """A flow with its prompts goes to another appliance, whole or not at all."""
    (flow.parent / "other.yaml").write_text(FLOW.replace("hello", "other"), encoding="utf-8")
    run("prompt", "import", str(studio(tmp_path / "in", welcome=speech())), "--flow", "hello")
    place = tmp_path / "hello.zip"
    assert run("prompt", "bundle", str(place), "--flow", "hello").exit_code == 0

    shutil.rmtree(flow.parent)
    shutil.rmtree(flow.parents[1] / "library")
    flow.parent.mkdir()
    assert "flow hello with 1 recordings" in run("prompt", "import", str(place)).stdout

    facts = json.loads(run("prompt", "list", "--json").stdout)
    assert {one["flow"] for one in facts} == {"hello"}
    assert [(one["prompt"], one["source"]) for one in facts if one["state"] == "recorded"] == [
        ("welcome", "upload")
    ]

    flow.write_text(FLOW + "# mine\n", encoding="utf-8")
    refused = run("prompt", "import", str(place))
    assert (refused.exit_code, "--replace takes the bundle's" in refused.stderr) == (1, True)
    assert run("prompt", "import", str(place), "--replace").exit_code == 0
    assert flow.read_text(encoding="utf-8") == FLOW


def test_synth(run: Run, flow: Path) -> None:
    """The engine makes recordings of what has none, beside the flow to be given on with it."""
    made = json.loads(run("prompt", "synth", "--shipped", "--json").stdout)

    assert made["failed"] == []
    assert len(made["made"]) == 4
    assert {path.suffix for path in (flow.parent / "prompts" / "hello" / "en").iterdir()} == {
        ".flac"
    }
    assert "espeak" in made["made"][0]["voice"]
    assert json.loads(run("prompt", "synth", "--shipped", "--json").stdout)["made"] == []

    flow.write_text(FLOW.replace("Welcome to", "You have reached"), encoding="utf-8")
    assert "[outdated]" in run("prompt", "check").stdout
    assert len(json.loads(run("prompt", "synth", "--shipped", "--json").stdout)["made"]) == 1
    assert run("prompt", "check").stdout == ""
