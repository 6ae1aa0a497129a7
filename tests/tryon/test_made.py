# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of what a folder's files were made from."""

from __future__ import annotations

import pytest

from render_service.made import RECORD, Made


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ann.glb").write_bytes(b"whole")
    made = Made(tmp_path)
    made.add(tmp_path / "ann.glb", made.recipe("ann", 1.685))
    return tmp_path


def test_a_recorded_file_is_known_to_a_later_run(folder):
    later = Made(folder)
    assert later.has(folder / "ann.glb", later.recipe("ann", 1.685))


def test_another_recipe_a_changed_size_and_a_missing_file_are_not_up_to_date(folder):
    made = Made(folder)
    recipe = made.recipe("ann", 1.685)
    assert not made.has(folder / "ann.glb", made.recipe("ann", 1.686))
    assert not made.has(folder / "bo.glb", recipe)
    (folder / "ann.glb").write_bytes(b"who")
    assert not made.has(folder / "ann.glb", recipe)
    (folder / "ann.glb").unlink()
    assert not made.has(folder / "ann.glb", recipe)


@pytest.mark.parametrize("record", ["", "[]", '{"ann.glb": 3}', '{"ann.glb": ["x", "y"]}', "\0"])
def test_a_damaged_record_only_means_that_all_is_made_again(folder, record):
    (folder / RECORD).write_text(record)
    made = Made(folder)
    assert not made.has(folder / "ann.glb", made.recipe("ann", 1.685))
