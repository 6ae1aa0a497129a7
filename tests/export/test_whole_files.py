# SPDX-License-Identifier: GPL-3.0-or-later
import os

import pytest

from avatar_engine.export.whole_file import write_whole


def test_a_write_that_fails_leaves_what_stood_there(tmp_path, monkeypatch):
    path = tmp_path / "person.glb"
    path.write_bytes(b"before")

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["person.glb"]
