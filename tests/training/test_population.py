# SPDX-License-Identifier: GPL-3.0-or-later
"""A population that resumes to the same bytes, is compared with the law it stands for, and knows its extremes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.population import HEAVY_BMI, corners, load_shards, make_shards, save
from training.population_report import summary, write_report
from training.statistics import Population, populations

BODIES = 300


def drawn(population: Population, index: int) -> dict[str, np.ndarray]:
    """A shard of measurements alone, drawn from the law; its parameters stand for a body's."""
    rng = np.random.default_rng((9, int(population.female), index))
    measurements = population.draw(rng, BODIES, 1.0)
    return {
        "measurements": measurements,
        "parameters": np.log(measurements),
        "female": np.full(BODIES, population.female),
    }


def make_all(folder: Path, stop_after: int = 99) -> list[str]:
    """Three shards of each sex; a stop as a kill leaves it, with a half-written file."""
    told: list[str] = []
    for population in populations():

        def make(index: int, population: Population = population) -> dict[str, np.ndarray]:
            if len(list(folder.glob("shard-*.npz"))) >= stop_after:
                (folder / ".shard-half.npz").write_bytes(b"half")
                raise KeyboardInterrupt
            return drawn(population, index)

        make_shards(folder, population.name, 3, make, told.append)
    return told


def test_a_killed_run_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    told = make_all(whole)
    with pytest.raises(KeyboardInterrupt):
        make_all(broken, stop_after=4)
    assert len(list(broken.glob("shard-*.npz"))) == 4
    resumed = make_all(broken)
    names = sorted(path.name for path in whole.glob("shard-*.npz"))
    assert names == sorted(path.name for path in broken.glob("shard-*.npz"))
    assert all((whole / name).read_bytes() == (broken / name).read_bytes() for name in names)
    assert [line.split()[0] for line in told] == [line.split()[0] for line in resumed] == sorted(names)
    assert sum("kept" in line for line in resumed) == 4
    assert len(load_shards(broken)["measurements"]) == 6 * BODIES


def test_a_shard_is_whole_or_not_there(tmp_path: Path) -> None:
    save(tmp_path / "shard-a.npz", {"x": np.arange(3)})
    assert [path.name for path in tmp_path.iterdir()] == ["shard-a.npz"]


@pytest.mark.parametrize("population", populations(), ids=lambda population: population.name)
def test_a_population_of_the_law_agrees_with_the_law(population: Population) -> None:
    found = summary(population, population.draw(np.random.default_rng(1), 4000, 1.0))
    assert found["bodies"] == 4000
    np.testing.assert_allclose(found["shift"], 0.0, atol=0.06)
    np.testing.assert_allclose(found["spread"], 1.0, atol=0.05)
    assert found["correlation"][0] < 0.06
    # Chi with 15 degrees of freedom: 3.79 in the middle, 5.00 at 95 %.
    assert found["distance"][1] == pytest.approx(3.79, abs=0.1)
    assert found["distance"][2] == pytest.approx(5.00, abs=0.1)
    assert found["bmi"].sum() == 4000


@pytest.mark.parametrize("population", populations(), ids=lambda population: population.name)
def test_heavy_people_are_spread_over_the_whole_range(population: Population) -> None:
    bmi = population.body_mass(population.draw_heavy(np.random.default_rng(2), 2000, *HEAVY_BMI))
    counts = np.histogram(bmi, np.linspace(*HEAVY_BMI, 5))[0]
    assert counts.sum() == 2000
    assert counts.min() > 400


def test_corners_are_the_extremes_and_the_same_each_time() -> None:
    shards = [drawn(population, index) for population in populations() for index in range(2)]
    measured = np.concatenate([shard["measurements"] for shard in shards])
    female = np.concatenate([shard["female"] for shard in shards])
    rows = corners(measured, female)
    np.testing.assert_array_equal(rows, corners(measured, female))
    assert (np.diff(rows) > 0).all()
    assert 40 <= len(rows) <= 200
    for each in (female, ~female):
        for column in measured.T:
            extreme = np.flatnonzero(each)[[column[each].argmin(), column[each].argmax()]]
            assert set(extreme) <= set(rows)
    for population in populations():
        distance = np.where(female == population.female, population.distance(measured), 0.0)
        assert distance.argmax() in rows


def test_a_report_has_four_pictures(tmp_path: Path) -> None:
    make_all(tmp_path / "population")
    write_report(tmp_path / "population", tmp_path / "report")
    text = (tmp_path / "report" / "report.md").read_text()
    for name in ("marginals", "correlations", "distances", "body_mass"):
        assert f"({name}.png)" in text
        assert (tmp_path / "report" / f"{name}.png").stat().st_size > 10_000
    assert f"{6 * BODIES} bodies" in text
