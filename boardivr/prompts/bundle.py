"""A flow with its prompts, and nothing else, in one file that another appliance takes.

A ZIP archive::

    bundle.json                what is in it: sha256 of each file, facts of each recording
    flow/bank.yaml             the flow, its overlays, and recordings that it names
    prompts/zh-CN/welcome.wav  what is played for each prompt

Nothing is written before all checksums are right.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from boardivr.errors import BoardIVRError
from boardivr.media.audiofile import MAX_BYTES, read_content, write_whole
from boardivr.prompts.desk import Desk
from boardivr.prompts.folder import RecordingFolder, check_key
from boardivr.prompts.history import Version
from boardivr.prompts.recorded import SHIPPED

FORMAT = 1
MANIFEST = "bundle.json"
MOST_FILES = 100_000
MOST_BYTES = 4 * 1024**3  # of all files, unpacked


_NO_BUNDLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,  # encrypted, or a way of packing that isn't known
    EOFError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)


class BundleError(BoardIVRError):
    """A bundle that can't be made or taken in; says what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """:param files: bytes by name, without the manifest
    :param recordings: facts of each recording, by the file's name
    """

    flow: str
    hash: str
    files: Mapping[str, bytes]
    recordings: Mapping[str, Version]


def collect(desk: Desk, who: str, when: datetime) -> Bundle:
    """Gather a flow and what is played for its prompts.

    :raises BundleError: a recording that the flow names lies outside its folder
    :raises AudioFileError: a recording can't be read
    """
    flow, files = desk.flow, {}
    recordings: dict[str, Version] = {}
    home = flow.path.absolute().parent
    for path in (flow.path, *(overlay.path for overlay in flow.overlays)):
        files[f"flow/{path.name}"] = path.read_bytes()
    for cell in desk.cells():
        if cell.path is None or cell.measures is None:
            continue
        content = read_content(cell.path)
        if cell.source is not None and cell.path == cell.source.file:
            files[f"flow/{_inside(cell.path, home)}"] = content
            continue
        name = f"prompts/{cell.language}/{cell.prompt}{cell.path.suffix.lower()}"
        files[name] = content
        unknown = Version(
            prompt=cell.prompt, language=cell.language, number=0, sha256=cell.measures.sha256,
            suffix=cell.path.suffix.lower(), text=cell.text, source="upload", who=who, when=when,
            seconds=cell.measures.seconds, level_dbm0=cell.measures.level_dbm0 or 0.0,
        )  # fmt: skip
        recordings[name] = dataclasses.replace(
            cell.version or unknown, prompt=cell.prompt, language=cell.language
        )
    return Bundle(flow=desk.name, hash=flow.hash, files=files, recordings=recordings)


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle.

    :raises AudioFileError: it can't be written
    """
    manifest = {
        "format": FORMAT,
        "flow": bundle.flow,
        "hash": bundle.hash,
        "files": {n: hashlib.sha256(c).hexdigest() for n, c in sorted(bundle.files.items())},
        "recordings": {name: version.facts() for name, version in bundle.recordings.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for name, content in sorted(bundle.files.items()):
            archive.writestr(name, content)
    write_whole(path, out.getvalue(), lasts=True)


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and prove each checksum.

    :raises BundleError: it isn't one, or a file in it isn't as it was
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(_member(path, archive, MANIFEST))
            names = _names(path, manifest)
            if sum(i.file_size for i in archive.infolist()) > MOST_BYTES:
                raise BundleError(f"{path}: expected at most {MOST_BYTES} bytes, found more")
            files = {name: _member(path, archive, name) for name in names}
        recordings = {
            str(name): Version.from_facts(facts) for name, facts in manifest["recordings"].items()
        }
        flow, found_hash = str(manifest["flow"]), str(manifest["hash"])
    except BundleError:
        raise
    except OSError as error:
        raise BundleError(f"{path}: can't be read: {error.strerror or error}") from error
    except _NO_BUNDLE as error:
        raise BundleError(f"{path}: expected a bundle, found {error}") from error
    for name, sha256 in names.items():
        if hashlib.sha256(files[name]).hexdigest() != sha256:
            raise BundleError(f"{path}: {name}: not as it was bundled: its checksum differs")
    for name, version in recordings.items():
        check_key(version.prompt, version.language)
        expected = f"prompts/{version.language}/{version.prompt}{version.suffix}"
        if name != expected or name not in files:
            raise BundleError(f"{path}: expected {expected}, found {name!r}")
    return Bundle(flow=flow, hash=found_hash, files=files, recordings=recordings)


def take_in_bundle(bundle: Bundle, flows: Path, *, replace: bool = False) -> list[str]:
    """Put a flow and its recordings into a folder of flows.

    :param replace: whether a flow that is there and differs is replaced
    :return: what was written
    :raises BundleError: another flow of this name is there
    """
    mine = {n.removeprefix("flow/"): c for n, c in bundle.files.items() if n.startswith("flow/")}
    if not replace:
        for name, content in mine.items():
            there = flows / name
            if there.exists() and there.read_bytes() != content:
                raise BundleError(f"{there}: another one is there; --replace takes the bundle's")
    folder = RecordingFolder(flows / SHIPPED / bundle.flow, keeps=False)
    for name, version in bundle.recordings.items():
        played = folder.find(version.prompt, version.language)
        if played is None or read_content(played) != bundle.files[name]:
            folder.add(version, bundle.files[name])
    for name, content in mine.items():  # the flow comes last: it finds its recordings
        (flows / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(flows / name, content, lasts=True)
    return sorted(bundle.files)


def _names(path: Path, manifest: Any) -> dict[str, str]:
    if manifest["format"] != FORMAT:
        raise BundleError(f"{path}: expected a bundle of format {FORMAT}, found another")
    names = {str(name): str(sha256) for name, sha256 in manifest["files"].items()}
    if len(names) > MOST_FILES:
        raise BundleError(f"{path}: expected at most {MOST_FILES} files, found {len(names)}")
    for name in names:
        parts = PurePosixPath(name).parts
        if parts[:1] not in (("flow",), ("prompts",)) or ".." in parts or len(parts) < 2:
            raise BundleError(f"{path}: expected names below flow and prompts, found {name!r}")
    return names


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        content = member.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BundleError(f"{path}: {name}: expected at most {MAX_BYTES} bytes, found more")
    return content


def _inside(path: Path, folder: Path) -> str:
    try:
        return path.absolute().relative_to(folder).as_posix()
    except ValueError:
        raise BundleError(
            f"{path}: expected a recording below {folder}, found it outside"
        ) from None
