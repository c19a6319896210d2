"""The loopback board keeps the contract, on every kind of line that it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from boardivr.hal.conformance import ChannelConformance, Rig
from boardivr.hal.loopback.farends import conformance_rig


class TestFxo(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&kind=fxo&time=virtual") as rig:
            yield rig


class TestFxs(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&kind=fxs&time=virtual") as rig:
            yield rig


class TestE1(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&kind=e1&time=virtual&country=us") as rig:
            yield rig
