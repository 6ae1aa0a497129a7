# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch refuses or points out, before anybody is dressed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from avatar_engine.system_errors import unusable
from blender_addon.batch.command import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """``render`` of the project's people in its look; the exit code, and what people are told."""
    monkeypatch.setenv("BLENDER_USER_RESOURCES", str(tmp_path_factory.mktemp("blender")))
    pytest.importorskip("bpy")

    def render(*options: str, language: str = "en", out: str = "out") -> tuple[int, str]:
        arguments = ["render", project / "people.csv", "--look", project / "summer.toml", "--out", project / out]
        code = main([*map(str, arguments), *options, "--lang", language], "atelier")
        printed = capsys.readouterr()
        assert printed.out == ""
        return code, printed.err

    return render


@pytest.mark.parametrize(
    ("change", "language", "code", "said"),
    [
        (("--format", "jpg", "--transparent"), "en", 2, "jpg cannot be transparent; png, webp, exr can"),
        (("--cycles-device", "HIP"), "fr", 3, "aucun appareil HIP"),
        (("--name", "x"), "fr", 2, "{colourway}"),
        (("--samples", "0"), "en", 2, "--samples"),
        (("--resolution", "big"), "en", 2, "800x1200"),
        (("--look", "evning.toml"), "en", 2, "evning.toml: file = 'evning.toml' is not usable; allowed: a look"),
    ],
)
def test_what_cannot_be_made_is_said_on_one_line_and_nothing_is_written(
    run: Run, project: Path, change: tuple[str, ...], language: str, code: int, said: str
) -> None:
    returned, told = run(*change, language=language)
    assert returned == code
    assert said in told
    assert "Traceback" not in told
    assert not list(project.rglob("*.png"))


def test_a_bad_row_stops_the_batch_before_anything_is_written(run: Run, project: Path) -> None:
    (project / "people.csv").write_text("subject,stature\nAnn,1.68 m\nBo,181\n", encoding="utf-8")
    code, told = run()
    assert code == 2
    assert "row 2, stature: '1.68 m' cm is not usable" in told
    assert "Nothing was written: 1 problem(s)" in told
    assert not (project / "out").exists()


@pytest.mark.parametrize(
    ("stature", "said"),
    [
        ("1680", "row 2, stature: '1680' cm is not usable; allowed: "),
        ("-168", "drop the minus sign"),
        ("nan", "Leave the cell blank"),
    ],
)
def test_absurd_measurements_are_refused_with_what_probably_happened(
    run: Run, project: Path, stature: str, said: str
) -> None:
    (project / "people.csv").write_text(f"subject,stature\nBo,{stature}\n", encoding="utf-8")
    code, told = run("--keep-going")
    assert code == 2
    assert said in told
    assert not (project / "out").exists()


def test_an_output_that_is_a_file_is_refused(run: Run) -> None:
    code, told = run(out="plan.toml")
    assert code == 2
    assert "is a file" in told


@pytest.mark.parametrize(("language", "said"), [("en", "row 3, Bo: caution: "), ("fr", "ligne 3, Bo: attention: ")])
def test_measurements_that_hardly_go_together_are_pointed_out(
    run: Run, project: Path, language: str, said: str
) -> None:
    (project / "people.csv").write_text("subject,sex,stature,waist_girth\nAnn,female,168,75\nBo,male,181,155\n")
    (project / "out").write_text("")
    code, told = run(language=language)
    assert code == 2
    assert told.startswith(f"{project / 'people.csv'}, {said}")
    assert "Ann" not in told


@pytest.mark.parametrize(
    ("language", "said"), [("en", "cannot be used (writing or reading"), ("fr", "inutilisable (il n'est pas permis")]
)
def test_a_folder_that_cannot_be_written_is_said_before_anybody_is_dressed(
    run: Run, project: Path, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write everywhere: the system's answer to somebody else.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "out")
    code, told = run(language=language)
    assert code == 2
    assert told.startswith(f"{project / 'out'}{' :' if language == 'fr' else ':'} {said}")
    assert not list((project / "out").iterdir())


def test_a_full_disk_is_said_of_the_folder_and_not_of_a_hidden_file() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "out/.Ann.png.71.part")
    assert unusable(error).say("en") == "out: cannot be used (there is no room left)"
    assert "il n'y a plus de place" in unusable(error).say("fr")
