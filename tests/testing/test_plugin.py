"""The pytest plugin: the example of the documentation runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "testing.md").read_text("utf-8")


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A user's folder, with the bank's flow in it and the plugin there."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    folder = pytester.mkdir("flows")
    (folder / "bank.yaml").write_text((ROOT / "flows" / "bank.yaml").read_text("utf-8"), "utf-8")
    return pytester


def outcome(suite: pytest.Pytester, source: str) -> pytest.RunResult:
    suite.makepyfile(source)
    # Its entry point is only there where the package is installed: loaded by its place.
    return suite.runpytest_subprocess("-p", "no:boardivr", "-p", "boardivr.testing.plugin")


def test_the_example_passes(suite: pytest.Pytester) -> None:
    """The complete test in docs/testing.md is right."""
    [example] = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)

    outcome(suite, example).assert_outcomes(passed=1)


def test_hosts_that_fail_and_calls_that_go_wrong(suite: pytest.Pytester) -> None:
    """Hosts refuse or are silent; what isn't heard fails the test with what was."""
    result = outcome(
        suite,
        """
        import pytest

        @pytest.fixture
        def caller(virtual_board, telephone, customer):
            virtual_board.answer("flows/bank.yaml")
            customer("b", card="6222020000000002", pin="135791", language="en",
                     functions=["balance"])
            telephone.dial()
            telephone.press("6222020000000002#135791")
            return telephone

        def test_refused(caller, host, virtual_board):
            host.refuses("balance")
            caller.press("1")
            caller.hear("service_unavailable@en")
            assert not caller.has_heard("balance_is")
            caller.hang_up()

        def test_silent(caller, host):
            host.is_silent("balance")
            caller.press("1")
            assert caller.hear("service_unavailable@en").at > 5.0

        def test_no_menu(caller, host):
            host.answers("balance")
            caller.press("1")
            caller.hear("no_accounts")
            caller.hear_menu()
            with pytest.raises(AssertionError, match="expected a menu in 3 s; heard"):
                caller.hear_menu(3.0)

        def test_wrong(caller, host):
            host.answers("balance")
            caller.press("1")
            caller.hear("balance_is", timeout=5.0)
        """,
    )

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*expected to hear 'balance_is'*There are no accounts*"])


def test_a_bench_without_a_flow_says_so(suite: pytest.Pytester) -> None:
    """Reading a menu before a flow answers is told, with what to do."""
    result = outcome(
        suite,
        """
        def test_it(telephone):
            telephone.hear_menu()
        """,
    )

    result.stdout.fnmatch_lines(["*no flow answers; begin with virtual_board.answer(flow_file)*"])
