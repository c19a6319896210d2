"""The loopback board keeps the contract, on every kind of line that it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from boardivr.hal.conformance import ChannelConformance, Rig
from boardivr.hal.loopback.farends import conformance_rig


class TestFxoChina(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&time=virtual") as rig:
            yield rig


class TestFxoBusyTone(ChannelConformance):
    """Lines that tell nothing but busy tone, in the country where that is usual."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&disconnect=tone&time=virtual") as rig:
            yield rig


class TestFxoAmerica(ChannelConformance):
    """Mu-law, tones of two sines."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&country=us&time=virtual") as rig:
            yield rig


class TestFxoBritain(ChannelConformance):
    """Caller ID before the first ring, double rings."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&country=gb&time=virtual") as rig:
            yield rig


class TestFxoGermany(ChannelConformance):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&country=de&disconnect=tone&time=virtual") as rig:
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
