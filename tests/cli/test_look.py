# SPDX-License-Identifier: GPL-3.0-or-later
"""The command look: a file or a page of TOML, the same for the same seed."""

from __future__ import annotations

import json
import tomllib

import pytest
from click.testing import CliRunner

from avatar_engine.look import load_look, parse_look
from avatar_engine.seeded_look import seeded_look
from render_service.look import look


def run(*arguments: object):
    return CliRunner().invoke(look, [*map(str, arguments), "--lang", "en"])


def test_the_same_seed_writes_the_same_file(tmp_path):
    paths = [tmp_path / "one.toml", tmp_path / "two" / "two.toml"]
    for path in paths:
        assert run("--seed", 7, "--for", "female", "--like", "office", "--out", path).exit_code == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert load_look(paths[0]) == seeded_look(7, "female", "office")


def test_without_a_file_the_look_is_printed(tmp_path):
    result = run("--seed", 3, "--appearance", "--season", "winter")
    assert parse_look(tomllib.loads(result.stdout)) == seeded_look(3, season="winter", appearance=True)


def test_a_drawn_seed_is_told_so_that_the_look_can_be_had_again():
    document = json.loads(run("--json").stdout)
    assert document["look"]["seed"] == document["seed"]
    again = json.loads(run("--json", "--seed", document["seed"]).stdout)
    assert again["look"] == document["look"]


@pytest.mark.parametrize(
    "options", [("--for", "dog"), ("--like", "gala"), ("--season", "monsoon"), ("--seed", "-1"), ("--seed", "x")]
)
def test_what_does_not_exist_is_refused(options, tmp_path):
    result = run(*options, "--out", tmp_path / "look.toml")
    assert result.exit_code == 2
    assert options[1] in result.output
    assert not (tmp_path / "look.toml").exists()
