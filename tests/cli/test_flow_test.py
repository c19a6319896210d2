"""`boardivr flow test`: results, transcripts, JUnit, JSON, cover, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Run
from tests.testing.conftest import SHARED, SHOP

TESTS = """test: passes
customer: ann
call: [{hear_menu: {1: orders, 2: hours, 0: operator}}, {press: "2"}]
---
test: fails
customer: ann
call: [{press: "1"}, {hear: none_open}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "shop.test.yaml").write_text(SHARED + TESTS, "utf-8")
    return tmp_path


def test_results_and_the_transcript_of_a_failure(run: Run, shop: Path) -> None:
    """A line for each test; a failure shows its call; exit code 1."""
    result = run("flow", "test", "--fast", str(shop))

    assert result.exit_code == 1
    out = result.stdout.splitlines()
    assert out[0].startswith("ok   passes (")
    assert out[1].startswith("FAIL fails (")
    assert any(line.strip().startswith(">    expected  to hear 'none_open'") for line in out)
    assert out[-1].startswith("1 passed, 1 failed in ")


def test_the_same_with_audio(run: Run, shop: Path) -> None:
    """Without --fast the calls are made on a loopback board, and give the same."""
    result = run("flow", "test", str(shop / "shop.yaml"), "-k", "PASS")

    assert (result.exit_code, result.stdout.splitlines()[0][:11]) == (0, "ok   passes")


def test_cover_and_its_limit(run: Run, shop: Path) -> None:
    """What no test went through is listed; below the limit the exit code is 1."""
    words = ("flow", "test", "--fast", "-k", "passes", str(shop))

    assert run(*words, "--cover-min", "10").exit_code == 0
    result = run(*words, "--cover-min", "99")
    assert result.exit_code == 1
    assert "expected 99 %" in result.stderr
    out = run(*words, "--cover").stdout
    assert "menu items 1/4" in out
    assert f"{shop / 'shop.yaml'}:15: item main: orders" in out
    assert "branch if: else" in out


def test_junit_and_json(run: Run, shop: Path) -> None:
    """Both tell each test, and why one failed."""
    junit = shop / "out.xml"

    result = run("flow", "test", "--fast", "--json", "--cover", "--junit", str(junit), str(shop))

    suite = ElementTree.parse(junit).getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failure = suite[1].find("failure")
    assert failure is not None
    assert "to hear 'none_open'" in str(failure.get("message"))
    told = json.loads(result.stdout)
    assert [test["passed"] for test in told["tests"]] == [True, False]
    [cover] = told["cover"].values()
    assert cover["item"] == {"hit": 2, "all": 4}


def test_files_that_cannot_be_used(run: Run, shop: Path) -> None:
    """Problems of tests and flows go to stderr, all of them; exit code 2."""
    (shop / "shop.test.yaml").write_text("test: a\ncall: [{prss: '1'}, {wait: 5}]", "utf-8")

    result = run("flow", "test", "--fast", str(shop))

    assert result.exit_code == 2
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["unknown-step", "value"]
    assert run("flow", "test", str(shop / "none.yaml")).exit_code == 2
    assert run("flow", "test", "--fast", "-k", "nothing", str(shop)).exit_code == 2
