"""Versions of flows that an appliance has run: their text, and who loaded them when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from boardivr.store.errors import NotFound
from boardivr.store.store import Row, Store
from boardivr.store.values import time_text, time_value


@dataclass(frozen=True, kw_only=True)
class KeptVersion:
    """A version of a flow.

    :param hash: over text and recordings; call records name it
    :param path: the file that it was loaded from
    :param overlays: their texts, by the names of their files, which are beside it
    :param loaded: the last time
    :param who: loaded it then
    """

    hash: str
    flow: str
    path: Path
    text: str = field(repr=False)
    overlays: Mapping[str, str] = field(default_factory=dict, repr=False)
    loaded: datetime
    who: str

    @property
    def files(self) -> dict[Path, str]:
        """The texts of its overlays, by their files."""
        return {self.path.with_name(name): text for name, text in self.overlays.items()}


class VersionFile:
    """All versions in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, versions: list[KeptVersion]) -> None:
        """Keep versions that are going to run; one that is known gets its new time."""
        with self._store.transaction() as work:
            for one in versions:
                work.execute(
                    "insert into flow_versions (hash, flow, path, text, overlays, loaded, who)"
                    " values (?, ?, ?, ?, ?, ?, ?) on conflict (hash) do update"
                    " set path = excluded.path, loaded = excluded.loaded, who = excluded.who",
                    (
                        one.hash,
                        one.flow,
                        str(one.path),
                        one.text,
                        json.dumps(dict(one.overlays), ensure_ascii=False),
                        time_text(one.loaded),
                        one.who,
                    ),
                )

    def all(self, flow: str | None = None) -> list[KeptVersion]:
        """Return versions, the newest first.

        :param flow: of this flow only
        """
        rows = self._store.rows(
            "select * from flow_versions where :flow is null or flow = :flow"
            " order by loaded desc, rowid desc",
            {"flow": flow},
        )
        return [_version(row) for row in rows]

    def get(self, hash: str) -> KeptVersion:
        """Return a version by its hash, or by a beginning of it that no other has.

        :raises NotFound: none, or several
        """
        rows = self._store.rows(
            "select * from flow_versions where substr(hash, 1, ?) = ? limit 2", (len(hash), hash)
        )
        if len(rows) != 1 or not hash:
            found = "several versions begin with" if rows else "no version"
            raise NotFound(f"{found} {hash!r}")
        return _version(rows[0])


def _version(row: Row) -> KeptVersion:
    return KeptVersion(
        hash=str(row["hash"]),
        flow=str(row["flow"]),
        path=Path(str(row["path"])),
        text=str(row["text"]),
        overlays=json.loads(str(row["overlays"])),
        loaded=time_value(str(row["loaded"])),
        who=str(row["who"]),
    )
