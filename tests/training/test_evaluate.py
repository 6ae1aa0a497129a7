# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluations: figures that are right where the answer is known, resumed work, and a report with its pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from avatar_engine.measurements import KEYS, tolerances
from tests.training.people import HEADER, people_rows
from training.cli import evaluate
from training.evaluate import agreement, make_bodies, regression, spread, tape_figures
from training.guessing import GIVEN_SETS, RANDOM, completion_figures, slip_figures
from training.subjects import LEAST, Subjects, read_subjects


def subjects_of(folder: Path, count: int, *columns: str) -> Subjects:
    path = folder / "subjects.csv"
    names = HEADER + "".join(f",{column}" for column in columns)
    rows = [row + ",1000" * len(columns) for row in people_rows(count)]
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8")
    return read_subjects([path])


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Subjects:
    """400 people of the engine's own law."""
    return subjects_of(tmp_path_factory.mktemp("crowd"), 400)


def test_intervals_hold_nine_of_ten_people_whatever_is_given(crowd: Subjects) -> None:
    figures = completion_figures(crowd)
    assert set(figures) == {*GIVEN_SETS, RANDOM}
    for told in ("sex told", "sex not told"):
        for given in figures:
            assert 0.875 <= figures[given][told]["coverage"] <= 0.925, given
        errors = [figures[given][told]["mae_mm"] for given in ("nothing", "stature", "stature, weight")]
        assert errors == sorted(errors, reverse=True)
        assert "stature" not in figures["stature, weight"][told]["by_measurement"]


def test_slips_are_found_and_good_rows_left_alone(crowd: Subjects) -> None:
    figures = slip_figures(crowd, 60)
    assert figures["false_alarms"] <= 0.05
    for name in ("inches for centimetres", "millimetres for centimetres", "pounds for kilograms"):
        assert min(figures[name][rate] for rate in ("found", "right_field", "right_slip")) >= 0.9
    assert figures["two fields swapped"]["right_field"] >= 0.95


def test_agreement_is_what_was_put_in() -> None:
    real = np.linspace(50.0, 90.0, 200)
    found = agreement(real + np.where(np.arange(200) % 2, 3.0, 1.0), real)
    assert (found["bias"], found["mae"], found["sd"], found["subjects"]) == (2.0, 2.0, 1.0, 200)
    assert found["r"] == pytest.approx(0.996, abs=0.003)


def test_a_column_without_spread_has_no_correlation() -> None:
    assert agreement(np.linspace(1.0, 2.0, 9), np.ones(9))["r"] == 0.0


def test_errors_are_counted_against_the_standard() -> None:
    errors = np.tile(tolerances() * 0.5, (10, 1))
    errors[3, 4] = 0.0091
    found = spread(errors)
    assert (found["subjects"], found["worst_mm"], found["within_iso_20685_1"]) == (10, 9.1, 0.9)
    assert spread(errors[:, [4]], 4)["within_iso_20685_1"] == 0.9
    assert spread(errors[:, [0]], 0)["mae_mm"] == 2.0


def test_a_regression_never_sees_the_subject_it_predicts(crowd: Subjects) -> None:
    rng = np.random.default_rng(0)
    line = 0.3 + crowd.measurements @ np.linspace(0.1, 0.5, 15) + 0.1 * (crowd.sex == "male")
    np.testing.assert_allclose(regression(crowd, line), line, atol=1e-9)
    noise = rng.normal(size=len(crowd))
    assert abs(np.corrcoef(regression(crowd, noise), noise)[0, 1]) < 0.15


def test_stopped_work_goes_on_to_the_same_bodies(tmp_path: Path) -> None:
    subjects = subjects_of(tmp_path, 2 * LEAST)
    few = Subjects(subjects.sex[:6], {key: values[:6] for key, values in subjects.columns.items()}, {})
    told: list[tuple[int, int]] = []
    first = make_bodies(few, tmp_path / "bodies", lambda done, total: told.append((done, total)))
    (part,) = (tmp_path / "bodies").iterdir()
    stamp = part.stat().st_mtime_ns
    again = make_bodies(few, tmp_path / "bodies", lambda done, total: None)
    assert part.stat().st_mtime_ns == stamp
    assert told == [(6, 6)]
    np.testing.assert_array_equal(first.measured, again.measured)
    np.testing.assert_array_equal(first.asked, few.measurements)
    assert np.abs(first.measured - first.asked).max() < 0.001
    assert set(tape_figures(few, first)["by_sex"]) == {"female", "male"}
    moved = {**few.columns, "stature": few.columns["stature"] * 1.01}
    make_bodies(Subjects(few.sex, moved, {}), tmp_path / "bodies", lambda done, total: None)
    assert len(list((tmp_path / "bodies").iterdir())) == 2


def test_a_report_has_figures_tables_and_pictures(tmp_path: Path) -> None:
    rows = [f"{row},{900 + 3 * number}" for number, row in enumerate(people_rows(2 * LEAST))]
    path = tmp_path / "subjects.csv"
    path.write_text("\n".join([HEADER + ",chest_height", *rows]) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    result = CliRunner().invoke(evaluate, ["--subjects", str(path), "--out", str(out), "--json", "--lang", "en"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    metrics = json.loads((out / "metrics.json").read_text())
    assert document["metrics"] == metrics
    assert metrics["about"]["subjects"] == 2 * LEAST
    assert set(metrics["tape"]["by_measurement"]) == set(KEYS)
    assert metrics["tape"]["all"]["after"]["mae_mm"] < 0.1 < metrics["tape"]["all"]["before"]["mae_mm"]
    assert list(metrics["unasked"]) == ["chest_height"]
    assert metrics["weight"]["all"]["mesh"]["r"] > 0.9
    report = (out / "report.md").read_text()
    for name in ("tape", "groups", "completion", "weight", "unasked"):
        assert f"({name}.png)" in report
        with Image.open(out / f"{name}.png") as picture:
            assert min(picture.size) > 300
            assert np.unique(np.asarray(picture.convert("L"))).size > 20
        assert (out / f"{name}.csv").read_text().count("\n") >= 2
    assert (out / "slips.csv").exists()
