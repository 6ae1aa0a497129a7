# SPDX-License-Identifier: GPL-3.0-or-later
"""A damaged or missing asset is named, with what was expected and how to restore it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from avatar_engine import assets
from avatar_engine.errors import AssetError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "part.npz").write_bytes(b"whole")
    assets.write_manifest(tmp_path)
    return tmp_path


def test_a_whole_file_is_read(folder: Path) -> None:
    assert assets.read_bytes("part.npz", folder) == b"whole"


def test_a_damaged_file_names_both_digests(folder: Path) -> None:
    (folder / "part.npz").write_bytes(b"whol3")
    with pytest.raises(AssetError) as caught:
        assets.read_bytes("part.npz", folder)
    message = str(caught.value)
    assert "part.npz" in message
    assert hashlib.sha256(b"whole").hexdigest() in message
    assert hashlib.sha256(b"whol3").hexdigest() in message
    assert "Reinstall atelier" in message


def test_a_missing_file_tells_what_was_expected(folder: Path) -> None:
    (folder / "part.npz").unlink()
    with pytest.raises(AssetError, match=hashlib.sha256(b"whole").hexdigest()):
        assets.read_bytes("part.npz", folder)


def test_a_broken_manifest_is_an_asset_error(tmp_path: Path) -> None:
    (tmp_path / assets.MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(AssetError, match=r"manifest\.json"):
        assets.read_bytes("part.npz", tmp_path)


def test_every_shipped_asset_is_whole_and_all_fit_in_40_mb() -> None:
    sizes = [len(assets.read_bytes(name)) for name in assets.asset_names()]
    assert sum(sizes) < 40_000_000
    listed = json.loads((assets.FOLDER / assets.MANIFEST).read_text(encoding="utf-8"))["sha256"]
    assert {"template.npz", "shape_space.npz", "generator.safetensors", "generator.json"} <= set(listed)
