# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of real subjects, and how far they are from the people: errors by measurement, sex, BMI and stature.

``make_bodies`` builds one body per subject in resumable parts; the other functions turn what was read off them into
plain figures (metres and kilograms become millimetres and kilograms), ready for JSON.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from avatar_engine import assets
from avatar_engine.avatar import build_body
from avatar_engine.body.derived import derived
from avatar_engine.measurements import KEYS, complete, tolerances
from training.population import save
from training.subjects import MM, Subjects

PART = 100
BMI_BANDS = ((0.0, 18.5), (18.5, 25.0), (25.0, 30.0), (30.0, 35.0), (35.0, 60.0))
STATURE_BANDS = ((1.2, 1.55), (1.55, 1.65), (1.65, 1.75), (1.75, 1.85), (1.85, 2.3))
NOT_LENGTH = ("weight_kg", "bmi")

Figures = dict[str, Any]


@dataclass(frozen=True)
class Bodies:
    """What was read off the bodies of n subjects.

    asked, proposed, measured : (n, 15) metres: given, before and after correction
    seconds : (n,) for one body; unmet : (n,) given values missed by more than a millimetre
    derived : name to (n,) metres or kilograms
    """

    asked: np.ndarray
    proposed: np.ndarray
    measured: np.ndarray
    seconds: np.ndarray
    unmet: np.ndarray
    derived: dict[str, np.ndarray]


def make_bodies(subjects: Subjects, folder: Path, tell: Callable[[int, int], None]) -> Bodies:
    """Bodies of all subjects, part by part; a part that is there for the same subjects and assets is taken as it is.

    Parameters
    ----------
    folder : keeps the parts
    tell : is told how many subjects are done, of how many
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = _stamp(subjects)
    parts = []
    for start in range(0, len(subjects), PART):
        rows = range(start, min(start + PART, len(subjects)))
        path = folder / f"{stamp}-{start:05d}.npz"
        if not path.exists():
            save(path, _make_part(subjects, rows))
        with np.load(path) as part:
            parts.append({name: part[name] for name in part.files})
        tell(rows.stop, len(subjects))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    fields = {name: whole.pop(name) for name in ("asked", "proposed", "measured", "seconds", "unmet")}
    return Bodies(**fields, derived=whole)


def _stamp(subjects: Subjects) -> str:
    """Changes with the subjects, with the engine's assets, and with what its code reads off a body."""
    manifest = (assets.FOLDER / assets.MANIFEST).read_bytes()
    probe = _make_part(subjects, range(1))
    del probe["seconds"]
    seen = b"".join(values.tobytes() for values in probe.values())
    return hashlib.sha256(subjects.measurements.tobytes() + manifest + seen).hexdigest()[:12]


def _make_part(subjects: Subjects, rows: range) -> dict[str, np.ndarray]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        sex = str(subjects.sex[row])
        measurements = complete(subjects.known(row, KEYS), sex="male" if sex == "male" else "female")
        start = time.perf_counter()
        made = build_body(measurements)
        seconds = time.perf_counter() - start
        values = {
            "asked": measurements.values,
            "proposed": made.proposed,
            "measured": made.measured,
            "seconds": seconds,
            "unmet": len(made.unmet),
            **derived(made.body.vertices, float(sex == "male")),
        }
        for name, value in values.items():
            found.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in found.items()}


def tape_figures(subjects: Subjects, bodies: Bodies) -> Figures:
    """Errors of the tape before and after correction: all, by measurement, sex, BMI band and stature band."""
    before, after = (np.abs(read - bodies.asked) for read in (bodies.proposed, bodies.measured))
    groups: dict[str, dict[str, np.ndarray]] = {
        "sex": {sex: subjects.sex == sex for sex in ("female", "male")},
        "bmi": {_band(band): _between(subjects.bmi, band) for band in BMI_BANDS},
        "stature": {_band(band, "m"): _between(subjects.columns["stature"], band) for band in STATURE_BANDS},
    }
    return {
        "all": {"before": spread(before), "after": spread(after)},
        "by_measurement": {
            key: {"before": spread(before[:, [i]], i), "after": spread(after[:, [i]], i)} for i, key in enumerate(KEYS)
        },
        **{
            f"by_{name}": {
                label: {"before": spread(before[rows]), "after": spread(after[rows])}
                for label, rows in group.items()
                if rows.any()
            }
            for name, group in groups.items()
        },
        "subjects_with_a_value_missed_by_1_mm": int((bodies.unmet > 0).sum()),
        "milliseconds_a_body": {"median": round(float(np.median(bodies.seconds)) * 1e3, 1)},
    }


def spread(errors: np.ndarray, column: int | None = None) -> Figures:
    """Mean, 95th percentile and worst of absolute errors (n, 15) in millimetres, and who is within ISO 20685-1.

    Parameters
    ----------
    column : the errors (n, 1) are of this one of the fifteen
    """
    limits = tolerances() if column is None else tolerances()[[column]]
    return {
        "subjects": len(errors),
        "mae_mm": round(float(errors.mean()) * MM, 4),
        "p95_mm": round(float(np.percentile(errors, 95)) * MM, 4),
        "worst_mm": round(float(errors.max()) * MM, 3),
        "within_iso_20685_1": round(float((errors <= limits).all(axis=1).mean()), 5),
    }


def weight_figures(subjects: Subjects, bodies: Bodies) -> Figures:
    """The weight that a body's volume tells, beside the scales, by sex and BMI band; kilograms."""
    real, ours = subjects.columns["weight_kg"], bodies.derived["weight_kg"]
    baseline = regression(subjects, real)
    groups = {"all": np.ones(len(subjects), bool)}
    groups |= {sex: subjects.sex == sex for sex in ("female", "male")}
    groups |= {f"bmi {_band(band)}": _between(subjects.bmi, band) for band in BMI_BANDS}
    return {
        name: {"mesh": agreement(ours[rows], real[rows]), "regression": agreement(baseline[rows], real[rows])}
        for name, rows in groups.items()
        if rows.sum() > 2
    }


def unasked_figures(subjects: Subjects, bodies: Bodies) -> Figures:
    """Columns that nobody asked for: read off the mesh, and regressed on the fifteen, beside the real ones; mm."""
    names = [name for name in subjects.columns if name in bodies.derived and name not in NOT_LENGTH]
    return {
        name: {
            "mesh": agreement(bodies.derived[name] * MM, subjects.columns[name] * MM),
            "regression": agreement(regression(subjects, subjects.columns[name]) * MM, subjects.columns[name] * MM),
        }
        for name in sorted(names)
    }


def regression(subjects: Subjects, target: np.ndarray, folds: int = 5) -> np.ndarray:
    """(n,) predictions of a column by least squares on the fifteen, each sex by itself, never fitted on the subject."""
    predicted = np.empty(len(subjects))
    fold = np.random.default_rng(0).integers(folds, size=len(subjects))
    design = np.column_stack([np.ones(len(subjects)), subjects.measurements])
    for sex in np.unique(subjects.sex):
        for each in range(folds):
            test = (subjects.sex == sex) & (fold == each)
            train = (subjects.sex == sex) & (fold != each)
            predicted[test] = design[test] @ np.linalg.lstsq(design[train], target[train], rcond=None)[0]
    return predicted


def agreement(ours: np.ndarray, real: np.ndarray) -> Figures:
    """Bias (ours minus real), mean absolute error, SD of the difference, correlation (0 if constant)."""
    difference = ours - real
    varied = np.ptp(ours) > 0.0 and np.ptp(real) > 0.0
    return {
        "subjects": len(real),
        "bias": round(float(difference.mean()), 2),
        "mae": round(float(np.abs(difference).mean()), 2),
        "sd": round(float(difference.std()), 2),
        "r": round(float(np.corrcoef(ours, real)[0, 1]), 3) if varied else 0.0,
    }


def _between(values: np.ndarray, band: tuple[float, float]) -> np.ndarray:
    return (values >= band[0]) & (values < band[1])


def _band(band: tuple[float, float], unit: str = "") -> str:
    low, high = (f"{value:.2f}" if unit else f"{value:g}" for value in band)
    return f"{low}-{high}{' ' + unit if unit else ''}"
