# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings come from TOML; a wrong one is named, and the shipped file is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.config import Config, load_config, make_config

SHIPPED = Path(__file__).parents[2] / "training" / "cgan.toml"


def test_settings_come_from_toml_and_the_rest_are_defaults(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("batch = 8\nwidths = [64, 32]\n", encoding="utf-8")
    assert load_config(path) == Config(batch=8, widths=(64, 32))
    assert load_config(None) == Config()


def test_an_unknown_setting_is_named_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("bach = 8\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"run\.toml.*bach"):
        load_config(path)


def test_settings_survive_the_way_through_json() -> None:
    config = Config(widths=(64, 32), relinearise=(3, 5), bf16=True)
    assert make_config(config.facts()) == config


def test_the_shipped_file_is_valid() -> None:
    assert load_config(SHIPPED).epochs > 0
