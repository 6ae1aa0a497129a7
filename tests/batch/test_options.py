# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a batch: what it understands, and what it says of the rest, in both languages."""

from __future__ import annotations

import pytest

from avatar_engine.exit_codes import ExitCode
from blender_addon.batch.command import main
from blender_addon.batch.options import language_of, read

PROGRAM = "blender -b --command atelier"
WHOLE = ("render", "people.csv", "--look", "summer.toml", "--out", "out")


@pytest.mark.parametrize(
    ("arguments", "english", "french"),
    [
        (("rendre",), "Did you mean render?", "Vouliez-vous dire render ?"),
        (("--samples", "4"), "'--samples' is not usable; allowed: render, catalogue", "admis : render, catalogue"),
        (("render",), "PEOPLE.csv: is missing", "PEOPLE.csv : manque"),
        (("catalogue",), "PLAN.toml: is missing", "PLAN.toml : manque"),
        (("render", "a.csv", "--out", "o"), f"`{PROGRAM} render --help`", "donne la liste des options"),
        (
            (*WHOLE, "--sample", "4"),
            "no such option here. Did you mean --samples or",
            "n'existe pas",
        ),
        ((*WHOLE, "more.csv"), "more.csv: there is no such option here", "n'existe pas ici"),
        ((*WHOLE, "--samples"), "--samples: needs a value", "--samples : attend une valeur"),
        ((*WHOLE, "--force=yes"), "--force: takes no value", "--force : ne prend pas de valeur"),
        ((*WHOLE, "--samples", "four"), "--samples: 'four' is not usable; allowed: a whole", "un nombre entier de 1"),
        ((*WHOLE, "--samples", "0"), "from 1 to 65536", "de 1 à 65536"),
        ((*WHOLE, "--turntable", "-1"), "--turntable: '-1' is not", "n'est pas utilisable"),
        ((*WHOLE, "--resolution", "800"), "WIDTHxHEIGHT, each 16 to 16384", "LARGEURxHAUTEUR, chacune de 16 à 16384"),
        ((*WHOLE, "--format", "gif"), "allowed: png, jpg, webp, exr", "admis : png, jpg, webp, exr"),
        ((*WHOLE, "--camera", "frnt"), "--camera: 'frnt' is not", "Vouliez-vous dire front ou"),
        ((*WHOLE, "--unit", "m"), "--unit: 'm' is not usable; allowed: ", "--unit : 'm' n'est pas"),
        ((*WHOLE, "--cycles-device", "cuda"), "Did you mean CUDA?", "Vouliez-vous dire CUDA ?"),
        (("catalogue", "plan.toml", "--look", "a.toml"), "--look: there is no such option", "n'existe pas"),
    ],
)
def test_what_is_not_understood_is_said_on_one_line_of_the_language_asked(
    arguments: tuple[str, ...], english: str, french: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, said in (("en", english), ("fr", french)):
        # Before what may be cut off in the middle.
        asked = [*arguments[:1], "--lang", language, *arguments[1:]]
        assert main(asked, PROGRAM) == ExitCode.BAD_INPUT
        printed = capsys.readouterr()
        assert said in printed.err
        assert printed.err.count("\n") == 1
        assert printed.out == ""


def test_no_command_at_all_is_told_which_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert main([], PROGRAM) == ExitCode.BAD_INPUT
    assert capsys.readouterr().err == f"{PROGRAM}: '' is not usable; allowed: render, catalogue\n"


def test_the_language_is_the_one_asked_or_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert language_of(["render", "--lang", "en"]) == "en"
    assert language_of(["render", "--lang=en", "--samples"]) == "en"
    assert language_of(["render", "--lang", "de"]) == "fr"
    assert language_of([]) == "fr"


def test_everything_asked_is_understood() -> None:
    options = read(PROGRAM, [*WHOLE, "--look", "b.toml", "--resolution", "64x96", "--no-transparent", "--camera=back"])
    assert [path.name for path in options.look] == ["summer.toml", "b.toml"]
    assert (options.resolution, options.transparent, options.camera, options.unit) == ((64, 96), False, ["back"], "cm")
    assert (options.samples, options.force, options.command) == (None, False, "render")


@pytest.mark.parametrize("command", ["render", "catalogue"])
def test_the_help_names_and_explains_every_option_in_the_language_asked(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    told = {}
    for language in ("en", "fr"):
        assert main(["--help", "--lang", language], PROGRAM) == ExitCode.OK
        assert f"{PROGRAM} {command} " in capsys.readouterr().out
        assert main([command, "--lang", language, "--help"], PROGRAM) == ExitCode.OK
        told[language] = capsys.readouterr().out
        for option in ("--out", "--samples", "--format", "--turntable", "--keep-going", "--cycles-device", "--lang"):
            assert f"  {option}" in told[language]
        assert max(map(len, told[language].splitlines())) <= 110
    assert main([command, "-h"], PROGRAM) == ExitCode.OK
    assert capsys.readouterr().out == told["fr"], "the system's language"
    assert f"{'  --keep-going':30}go on after somebody who cannot be made" in told["en"]
    assert f"{'  --keep-going':30}continuer après une personne impossible à faire" in told["fr"]
    assert told["fr"].startswith(f"usage : {PROGRAM} {command} ")
    shared = set(told["en"].splitlines()) & set(told["fr"].splitlines())
    assert {line.strip().split(" ")[0][:2] for line in shared if line.strip()} <= {"--"}, "nothing stays in English"
