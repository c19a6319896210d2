"""Bundles: a flow with its prompts in one file, proven before anything is written."""

from __future__ import annotations

import contextlib
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.prompts.bundle import BundleError, read_bundle, take_in_bundle
from boardivr.prompts.errors import PromptError

FLOW = b"boardivr: 1\nflow: hello\n"


def bundle(path, files, manifest=None):
    import hashlib

    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = {"format": 1, "flow": "hello", "hash": "x", "files": sums, "recordings": {}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bundle.json", json.dumps(whole | (manifest or {})))
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_good(tmp_path):
    """What is in a bundle is written below the folder of flows."""
    made = read_bundle(bundle(tmp_path / "b.zip", {"flow/hello.yaml": FLOW}))

    take_in_bundle(made, tmp_path / "flows")

    assert (tmp_path / "flows" / "hello.yaml").read_bytes() == FLOW


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ({"files": {"flow/hello.yaml": "0" * 64}}, "flow/hello.yaml: not as it was bundled"),
        ({"files": {"../hello.yaml": "0" * 64}}, "expected names below flow and prompts"),
        ({"files": {"flow/../../x": "0" * 64}}, "expected names below flow and prompts"),
        ({"files": {"/etc/x": "0" * 64}}, "expected names below flow and prompts"),
        ({"files": {"flow/none.yaml": "0" * 64}}, "expected a bundle, found"),
        ({"files": []}, "expected a bundle, found"),
        ({"format": 2}, "expected a bundle of format 1"),
        ({"recordings": {"prompts/en/a.wav": {}}}, "expected a bundle, found"),
    ],
)
def test_bad(tmp_path, manifest, words):
    """A bundle that isn't as it was, or reaches outside, is refused with its name."""
    path = bundle(tmp_path / "b.zip", {"flow/hello.yaml": FLOW}, manifest)

    with pytest.raises(BundleError, match=words) as caught:
        read_bundle(path)

    assert str(caught.value).startswith(f"{path}: ")


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 0.999), value=st.integers(0, 255), cut=st.floats(0.2, 1))
def test_damaged(tmp_path_factory, place, value, cut):
    """Any damage is an error with a name, or changes nothing."""
    folder = tmp_path_factory.getbasetemp()
    good = folder / "good.zip"
    if not good.exists():
        bundle(good, {"flow/hello.yaml": FLOW * 20})
    content = bytearray(good.read_bytes())
    content[int(place * len(content))] = value
    path = folder / "bad.zip"
    path.write_bytes(content[: int(cut * len(content))])

    with contextlib.suppress(BundleError, PromptError):
        assert read_bundle(path).files == {"flow/hello.yaml": FLOW * 20}
