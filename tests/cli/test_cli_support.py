# SPDX-License-Identifier: GPL-3.0-or-later
"""What every command shares: exit codes, one line per error, documents, progress."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from avatar_engine.body.pose import POSES
from avatar_engine.cli_support import Console, ExitCode, exit_code_of, surface
from avatar_engine.errors import AssetError, AvatarError, FitError, LookError, MeasurementError, RenderError
from avatar_engine.look import LARGEST_SEED, parse_look
from avatar_engine.words import data_of, from_data, phrase
from render_service.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]

ERRORS = [
    (MeasurementError("waist_girth", "9", "cm", "45 to 190", "Measure again"), ExitCode.BAD_INPUT),
    (LookError("look.toml", "hair.style", "mohawk", "short, long", "Did you mean short?"), ExitCode.BAD_INPUT),
    (AssetError("template.npz", "sha256 ab", "Reinstall"), ExitCode.INSTALLATION),
    (RenderError("Blender ended", "Run atelier doctor"), ExitCode.INSTALLATION),
    (FitError("t_shirt", "shoulder", 4.0, "Choose a larger size"), ExitCode.SOME_FAILED),
    (AvatarError("scan.obj: expected\na body"), ExitCode.BAD_INPUT),
]


def command_that_raises(error: BaseException) -> click.Command:
    @click.command()
    @surface
    def fails(console: Console) -> ExitCode:
        console.document = {"done": 1}
        raise error

    return fails


@pytest.mark.parametrize(("error", "code"), ERRORS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_error_is_one_line_and_an_exit_code(error: AvatarError, code: ExitCode, language: str) -> None:
    result = CliRunner().invoke(command_that_raises(error), ["--lang", language])
    assert (result.exit_code, result.stdout) == (code, "")
    assert exit_code_of(error) == code
    (line,) = result.stderr.splitlines()
    assert line == error.say(language)


@pytest.mark.parametrize(("language", "word"), [("en", "caution"), ("fr", "attention")])
def test_a_caution_about_a_file_is_one_line_and_one_entry(language: str, word: str) -> None:
    @click.command()
    @surface
    def careful(console: Console) -> ExitCode:
        console.cautions_of("ann.png", [phrase("still_crosses", garment="jacket", height="1.23", amount="2.1")])
        return ExitCode.OK

    result = CliRunner().invoke(careful, ["--lang", language, "--json"])
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"ann.png: {word}: jacket")
    (entry,) = json.loads(result.stdout)["cautions"]
    assert entry == {"file": "ann.png", "text": line.split(f": {word}: ")[1]}


@pytest.mark.parametrize(
    ("look", "line"),
    [
        (
            {"pose": "relaxd"},
            f"look : pose = 'relaxd' n'est pas utilisable ; admis : {', '.join(POSES)}. Vouliez-vous dire relaxed ?",
        ),
        ({"seed": -1}, f"look : seed = '-1' n'est pas utilisable ; admis : un nombre entier de 0 à {LARGEST_SEED}"),
    ],
)
def test_an_error_is_worded_in_french_with_its_hint(look: dict[str, object], line: str) -> None:
    with pytest.raises(LookError) as caught:
        parse_look(look)
    assert caught.value.say("fr") == line


def test_an_error_keeps_its_words_on_the_way_from_another_process() -> None:
    hint = phrase("hint_choose", names=phrase("one_or_other", one="draft", other="final"))
    sent = json.loads(json.dumps([data_of(hint), data_of("as it is")]))
    assert [from_data(data) for data in sent] == [hint, "as it is"]


@pytest.mark.parametrize(("error", "code"), [*ERRORS, (KeyboardInterrupt(), ExitCode.INTERRUPTED)])
def test_a_machine_gets_a_document_from_a_failure_too(error: BaseException, code: ExitCode) -> None:
    result = CliRunner().invoke(command_that_raises(error), ["--json"])
    document = json.loads(result.stdout)
    assert document["exit_code"] == result.exit_code == code
    assert document["done"] == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError("No module named 'bpy'", name="bpy"), ("bpy", "pip install 'atelier[render]'")),
        (OSError(28, "No space left on device", "/x/ann.obj"), ("/x/ann.obj", "there is no room left")),
    ],
)
def test_what_the_system_lacks_is_said_in_one_line(error: Exception, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(command_that_raises(error), ["--lang", "en"])
    assert result.exit_code in (ExitCode.BAD_INPUT, ExitCode.INSTALLATION)
    (line,) = result.stderr.splitlines()
    assert all(word in line for word in words)


def test_a_mistake_of_ours_is_not_hidden() -> None:
    result = CliRunner().invoke(command_that_raises(ZeroDivisionError("ours")))
    assert isinstance(result.exception, ZeroDivisionError)


def names_of_commands() -> list[list[str]]:
    """Words that call each command, those of a group one by one."""
    found = []
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        found += [[name, part] for part in command.commands] if isinstance(command, click.Group) else [[name]]
    return found


# The portal speaks with its operator; a batch writes manifest.json for scripts.
OWN_OPTIONS = {"serve": (), "worker": (), "accounts": (), "render": ("--lang",), "catalogue": ("--lang",)}


@pytest.mark.parametrize("words", names_of_commands(), ids=" ".join)
def test_each_command_explains_itself(words: list[str]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    options = ("--help", *OWN_OPTIONS.get(words[0], ("--json", "--lang")))
    assert all(option in result.output for option in options)


def test_an_unknown_command_or_option_is_a_usage_error() -> None:
    for arguments in (["bodies"], ["body"], ["body", "x.csv", "--out", "o", "--unit", "ft"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == ExitCode.BAD_INPUT
        assert "Traceback" not in result.output


PROGRESS = """
from dataclasses import dataclass
from avatar_engine.cli_support import Console, progress

@dataclass
class One:
    subject: str

with progress(Console("en", False), "bodies", [One("ann"), One("bob")], 2) as items:
    for _ in items:
        pass
"""


def test_progress_is_plain_lines_where_there_is_no_terminal() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRESS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == ["bodies 1/2 ann", "bodies 2/2 bob"]
    assert done.stdout == ""


def test_progress_is_a_bar_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", PROGRESS], cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "[####" in shown
    assert "2/2" in shown
    assert "bodies 1/2 ann" not in shown
    assert done.stdout == b""


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f"{sys.executable} -c 'from render_service.cli import main; main()' doctor --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{", "")
