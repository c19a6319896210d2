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
