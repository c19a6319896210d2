from __future__ import annotations

import json
from pathlib import Path

import pytest

from boardivr.media.audiofile import read_samples
from tests.cli.conftest import Run

FLOW = """\
boardivr: 1
flow: {name}
language: {{default: en}}
start: [greet]
steps:
  greet:
    - play: welcome
    - input: code
      say: enter
      digits: 3
      ends_on: "#"
    - play: thanks
prompts:
  welcome: {{en: Welcome}}
  enter: {{en: Enter three digits}}
  thanks: {{en: Thank you}}
"""


@pytest.fixture(autouse=True)
def flows(home: Path) -> Path:
    """The appliance's flows: two of them, of which the first one answers."""
    folder = home / "flows"
    folder.mkdir()
    for name in ("main", "other"):
        (folder / f"{name}.yaml").write_text(FLOW.format(name=name), encoding="utf-8")
    settings = f"pin_cost: 10\nflows: {folder}\nlines: {{'95588': main, '*': other}}\n"
    (home / "boardivr.yaml").write_text(settings, encoding="utf-8")
    return folder


SCRIPT = ("--hear", "three digits", "--press", "123", "--hear", "Thank you", "--wait", "3")


def test_a_scripted_call(run: Run) -> None:
    """A call is told in its order: what was heard to its end, what was cut, dots for keys."""
    result = run("call", *SCRIPT)

    told = [line[10:] for line in result.stdout.splitlines()]
    assert result.exit_code == 0, result.stderr
    assert told[:2] == ["calls 95588", "answered"]
    assert told[2].startswith("hears   Welcome")
    assert "Enter three digits …" in "\n".join(told)
    assert told[-4:-1] == [
        "presses •••", "hears   Thank you", "the other side hangs up (cause 16)",
    ]  # fmt: skip
    assert "123" not in result.stdout


def test_options_are_done_in_their_order(run: Run) -> None:
    """The same options in another order are another call."""
    result = run("call", "--press", "1,2", "--wait", "1", "--press", "3", "--show-keys")

    pressed = [line for line in result.stdout.splitlines() if "presses" in line]
    assert [line.split()[1:] for line in pressed] == [[w, k] for w, k in
        (("presses", "1"), ("presses", "2"), ("presses", "3"))]  # fmt: skip
    times = [float(line.split()[0]) for line in pressed]
    assert times[1] - times[0] == pytest.approx(1.16, abs=0.05)
    assert times[2] - times[1] == pytest.approx(1.16, abs=0.05)


def test_words_that_do_not_come(run: Run) -> None:
    """Exit code 1 and one line where words weren't heard; the transcript is there too."""
    result = run("call", "--hear", "Goodbye", "--press", "1")

    assert result.exit_code == 1
    assert result.stderr.strip().splitlines()[-1] == "boardivr: expected to hear 'Goodbye', didn't"
    assert "Welcome" in result.stdout
    assert "presses" not in result.stdout


def test_words_behind_the_end_of_the_call(run: Run) -> None:
    """Words that the script would have waited for after the other side hung up didn't come."""
    result = run("call", *SCRIPT, "--press", "1", "--hear", "more")

    assert result.exit_code == 1
    assert "expected to hear 'more'" in result.stderr


def test_hang_up_ends_the_script(run: Run) -> None:
    """After --hang-up nothing is done any more."""
    result = run("call", "--wait", "1", "--hang-up", "--press", "1")

    assert result.exit_code == 0
    assert "presses" not in result.stdout
    assert result.stdout.splitlines()[-1].endswith("hangs up")


def test_json(run: Run) -> None:
    """The transcript for programs has times, clips and how much of each was heard."""
    result = run("call", *SCRIPT, "--json")

    call = json.loads(result.stdout)
    entries = {entry["text"]: entry for entry in call["log"] if entry["what"] == "heard"}
    assert (call["number"], call["answered"], call["missed"]) == ("95588", True, [])
    assert entries["Thank you"]["whole"]
    assert not entries["Enter three digits"]["whole"]
    assert [entry["text"] for entry in call["log"] if entry["what"] == "pressed"] == ["•••"]


def test_recording(run: Run, tmp_path: Path) -> None:
    """The recording has both sides, and lasts as long as the call."""
    out = tmp_path / "call.wav"

    call = json.loads(run("call", *SCRIPT, "--record", str(out), "--json").stdout)

    samples, rate = read_samples(out)
    assert len(samples) / rate == pytest.approx(call["log"][-1]["at"], abs=0.1)
    assert max(abs(int(x)) for x in samples) > 3000


def test_the_call_is_on_record(run: Run) -> None:
    """A scripted call leaves a call record, with who called."""
    run("call", *SCRIPT, "--ani", "7001")

    records = json.loads(run("calls", "list", "--json").stdout)
    assert [(r["ani"], r["dnis"], r["flow"]) for r in records] == [("7001", "95588", "main")]
    assert records[0]["ending"] is not None


def test_number_and_flow_choose_who_answers(run: Run) -> None:
    """Another number is answered by its flow; --flow overrides."""
    run("call", "--number", "400", "--wait", "1")
    run("call", "--flow", "other", "--wait", "1")

    records = json.loads(run("calls", "list", "--json").stdout)
    assert sorted((r["dnis"], r["flow"]) for r in records) == [("400", "other"), ("95588", "other")]


def test_say(run: Run, tmp_path: Path) -> None:
    """A sound file is played into the telephone."""
    from boardivr.hal import Encoding
    from boardivr.media.audiofile import write_wav

    write_wav(tmp_path / "hello.wav", bytes(1600), Encoding.ALAW)

    result = run("call", "--say", str(tmp_path / "hello.wav"))

    assert "says hello.wav" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--press", "12x"), 2, "expected keys of 0-9"),
        (("--wait", "-1"), 2, "-1"),
        (("--number", "bank"), 2, "expected a telephone number, found 'bank'"),
        (("--say", "no-such.wav"), 2, "no-such.wav"),
        (("--flow", "nosuch"), 1, "no flow 'nosuch'"),
        (("--record", "/no/such/folder/x.wav"), 1, "/no/such/folder/x.wav"),
    ],
)
def test_mistakes(run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    """What can't be meant or done is told, and no traceback."""
    result = run("call", *arguments)

    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_phone_in_a_pipe(run: Run) -> None:
    """Characters from a pipe are keys, and words appear as they are heard."""
    result = run("phone", "--ani", "7001", keyed=",9h")

    told = [line[10:] for line in result.stdout.splitlines()]
    assert result.exit_code == 0, result.stderr
    assert told[:2] == ["calls 95588", "answered"]
    assert told[2].startswith("hears   Welcome")
    assert "presses •" in told
    assert told[-1] == "hangs up"


def test_phone_quits(run: Run) -> None:
    """q ends the call and the command."""
    result = run("phone", keyed="q1111")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].endswith("hangs up")
    assert "presses" not in result.stdout
