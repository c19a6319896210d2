"""The appliance's settings: one YAML file, ``boardivr.yaml``, in its home folder.

Everything has a default, so an appliance without a file runs the sample bank
on a loopback board. Paths in the file are relative to it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from boardivr.errors import SettingsError
from boardivr.fax.settings import FaxSection
from boardivr.fax.settings import mistakes as fax_mistakes
from boardivr.hosts.settings import HostSettings, mistakes
from boardivr.yamlread import read

FILE = "boardivr.yaml"
INSTALLED_FLOWS = "share/boardivr/flows"  # under the interpreter's prefix
SYSTEM_HOME = Path("/var/lib/boardivr")

Country = Literal["cn", "us", "gb", "de"]


@dataclass(frozen=True, kw_only=True)
class _File:
    """The file, as it is written."""

    boards: tuple[str, ...] = ("loopback:?lines=8&kind=fxo&country=cn",)
    flows: str | None = None
    database: str = "boardivr.db"
    lines: dict[str, str] = field(default_factory=lambda: {"*": "bank"})
    voices: dict[str, str] = field(default_factory=dict)
    speech: dict[str, str] = field(default_factory=dict)
    country: Country = "cn"
    hosts: dict[str, HostSettings] = field(
        default_factory=lambda: {
            "core": HostSettings(sql="bank"),
            "orders": HostSettings(sql="orders"),
        }
    )
    node: str = "main"
    trace: bool = True
    pin_cost: int = 14
    watch: bool = False
    fax: FaxSection = field(default_factory=FaxSection)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an appliance goes by.

    :param home: the folder of everything that is its own
    :param file: where it was read; None when all are defaults
    :param boards: URLs of its boards
    :param flows: the folder of its flows
    :param lines: which flow answers, by channel or called number; ``*`` is any other
    :param voices: a voice of the speech engine by language; others have its default
    :param speech: folders of speech models by language; others are in ``speech`` of its home
    :param country: whose tones lines have where their URL doesn't say
    :param node: this process among those that share the database
    :param trace: whether steps of calls are kept, unless the live parameter says
    :param pin_cost: of PIN hashes, rounds as a power of two (:mod:`boardivr.store.pins`)
    :param watch: whether flows are loaded anew when their files change
    :param fax: how faxes are sent and kept
    """

    home: Path
    file: Path | None
    boards: tuple[str, ...]
    flows: Path
    database: Path
    lines: Mapping[str, str]
    voices: Mapping[str, str]
    country: Country
    hosts: Mapping[str, HostSettings]
    node: str
    trace: bool
    pin_cost: int
    watch: bool = False
    fax: FaxSection = field(default_factory=FaxSection)
    speech: Mapping[str, Path] = field(default_factory=dict)

    @property
    def fax_folder(self) -> Path:
        """Where documents wait that are to be faxed."""
        return self.home / "fax" / "out"

    @property
    def fax_archive(self) -> Path | None:
        """Where faxes go that aren't kept any more."""
        written = self.fax.archive
        return None if written is None else self.home / Path(written).expanduser()

    @property
    def control(self) -> Path:
        """The socket on which a running appliance takes commands."""
        return self.home / f"control-{self.node}.sock"

    def flow_of(self, channel: str, dnis: str | None) -> str | None:
        """Return the flow that answers: by channel, else by called number, else any."""
        for name in (channel, dnis, "*"):
            if name is not None and name in self.lines:
                return self.lines[name]
        return None


def home_folder() -> Path:
    """Return the appliance's folder.

    ``$BOARDIVR_HOME``, or the system's folder where we may write to it, or
    one of the user's own.
    """
    named = os.environ.get("BOARDIVR_HOME")
    if named:
        return Path(named).absolute()
    place = SYSTEM_HOME if SYSTEM_HOME.exists() else SYSTEM_HOME.parent
    if os.access(place, os.W_OK | os.X_OK):
        return SYSTEM_HOME
    return Path.home() / ".local" / "share" / "boardivr"


def load_settings(file: Path | None = None) -> Settings:
    """Read the settings.

    :param file: None takes ``boardivr.yaml`` of the home folder, if it is there
    :raises SettingsError: a value that can't be meant
    :raises ReadError: the file can't be read; every problem with its place
    """
    home = home_folder()
    if file is None:
        own = home / FILE
        file = own if own.exists() else None
    written = _File() if file is None else read(file, _File)
    _check(written, str(file))
    base = home if file is None else file.absolute().parent
    return Settings(
        home=home,
        file=file,
        boards=written.boards,
        flows=_flows(base, written.flows),
        database=base / Path(written.database).expanduser(),
        lines=written.lines,
        voices=written.voices,
        speech={tag: base / Path(p).expanduser() for tag, p in written.speech.items()},
        country=written.country,
        hosts=written.hosts,
        node=written.node,
        trace=written.trace,
        pin_cost=written.pin_cost,
        watch=written.watch,
        fax=written.fax,
    )


def _check(written: _File, file: str) -> None:
    if found := [*mistakes(written.hosts), *fax_mistakes(written.fax)]:
        raise SettingsError("\n".join(found))
    if not written.node.replace("-", "").replace("_", "").isalnum():
        raise SettingsError(
            f"{file}: node: expected letters, digits, - and _, found {written.node!r}"
        )
    if not 10 <= written.pin_cost <= 20:
        raise SettingsError(f"{file}: pin_cost: expected 10 to 20, found {written.pin_cost}")


def _flows(base: Path, written: str | None) -> Path:
    """Return the folder of flows; without a setting, the shipped ones stand in."""
    if written is not None:
        return base / Path(written).expanduser()
    own = base / "flows"
    if own.is_dir():
        return own
    checkout, installed = Path(__file__).parents[1] / "flows", Path(sys.prefix, INSTALLED_FLOWS)
    return next((folder for folder in (checkout, installed) if folder.is_dir()), own)
