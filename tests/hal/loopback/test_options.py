from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from boardivr.hal import BoardError, Encoding, LineKind
from boardivr.hal.loopback import open_board
from boardivr.hal.loopback.options import WORDS, Disconnect, read_options
from boardivr.media.tones import CallerIdStandard

DOCS = Path(__file__).parents[3] / "docs" / "drivers.md"


def test_every_option_is_read() -> None:
    """All that a URL can say reaches its field."""
    options = read_options(
        "loopback:?lines=8&kind=e1&country=GB&law=ulaw&number=400&caller_id=no&disconnect=tone"
        "&time=virtual&start=2026-01-02T03:04:05&telephones=9&audiosocket=0"
        "&audiosocket_host=0.0.0.0"
    )

    assert (options.lines, options.kind, options.country) == (8, LineKind.E1, "gb")
    assert (options.law, options.number, options.caller_id) == (Encoding.ULAW, "400", "no")
    assert (options.disconnect, options.is_virtual) == (Disconnect.TONE, True)
    assert options.start == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (options.telephones, options.audiosocket) == (9, 0)
    assert options.audiosocket_host == "0.0.0.0"


def test_america_speaks_mu_law() -> None:
    """The US has mu-law unless the URL says otherwise; others have A-law."""
    assert read_options("loopback:?country=us").law is Encoding.ULAW
    assert read_options("loopback:?country=us&law=alaw").law is Encoding.ALAW
    assert read_options("loopback:").law is Encoding.ALAW


@pytest.mark.parametrize(
    ("url", "standard"),
    [
        ("loopback:?country=cn", CallerIdStandard.BELLCORE),
        ("loopback:?country=gb&caller_id=yes", CallerIdStandard.V23),
        ("loopback:?caller_id=dtmf", CallerIdStandard.DTMF),
        ("loopback:?caller_id=no", None),
    ],
)
def test_caller_id_standard(url: str, standard: CallerIdStandard | None) -> None:
    """Caller ID is sent the country's way, another one by name, or not at all."""
    assert read_options(url).caller_id_standard is standard


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("loopback:?linez=8", "unknown option 'linez'; did you mean 'lines'"),
        ("loopback:?frobnicate=8", "unknown option 'frobnicate'; there are lines, kind"),
        ("loopback:?lines=many", "lines: expected a whole number, found 'many'"),
        ("loopback:?lines=0", "lines: expected 1 to 10000, found 0"),
        ("loopback:?lines=99999", "lines: expected 1 to 10000, found 99999"),
        ("loopback:?lines=-1", "lines: expected a whole number"),
        ("loopback:?lines=", "lines: expected a whole number, found ''"),
        ("loopback:?kind=isdn", "kind: 'isdn' is not a valid"),
        ("loopback:?country=atlantis", "country: no tone plan 'atlantis'; known are cn, de"),
        ("loopback:?number=abc", "number: expected a telephone number"),
        ("loopback:?caller_id=maybe", "caller_id: expected one of yes, no, bellcore"),
        ("loopback:?time=soon", "time: expected real or virtual"),
        ("loopback:?start=yesterday", "start: "),
        ("loopback:?audiosocket=65536", "audiosocket: expected a TCP port, 0 to 65535"),
        ("loopback:?fax=7001", "fax: expected a fax_folder"),
        ("loopback:?fax=7001,x&fax_folder=in", "fax: expected a telephone number, found 'x'"),
    ],
)
def test_mistakes(url: str, message: str) -> None:
    """A URL that can't be meant is refused in one line, with what was found."""
    with pytest.raises(BoardError, match=r"^[^\n]+$") as caught:
        read_options(url)
    assert message in str(caught.value)


def test_a_fax_machine_of_no_known_manner(tmp_path: Path) -> None:
    """A machine that can't be is refused with what there is, and nothing goes on running."""
    url = f"loopback:?time=virtual&fax=7001:odd&fax_folder={tmp_path / 'in'}"

    with pytest.raises(BoardError, match=r"^fax: no manner 'odd'; there are no-ecm, v27ter, "):
        open_board(url)
    assert not (tmp_path / "in").exists()


def test_every_option_is_documented() -> None:
    """docs/drivers.md has a row for each word of the URL."""
    text = DOCS.read_text(encoding="utf-8")

    assert [word for word in WORDS if f"| `{word}` |" not in text] == []
