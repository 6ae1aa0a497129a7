# SPDX-License-Identifier: GPL-3.0-or-later
"""An evaluation as files: ``metrics.json``, tables, plots, and ``report.md`` that holds them together."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avatar_engine import assets
from avatar_engine.export.whole_file import write_whole
from avatar_engine.measurements import KEYS
from training import figures
from training.evaluate import Bodies, tape_figures, unasked_figures, weight_figures
from training.guessing import RANDOM, SLIPS, completion_figures, slip_figures
from training.subjects import Subjects

PLOTTED_SETS = ("stature, weight", "stature, weight, chest, waist, hip", RANDOM)
Cell = str | float | int


@dataclass(frozen=True)
class Table:
    """A table of the report: name of its file, title, header, rows; plot is a file's name or ""."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    plot: str = ""
    note: str = ""


def metrics(subjects: Subjects, bodies: Bodies) -> dict[str, Any]:
    """All figures of an evaluation, ready for JSON."""
    found: dict[str, Any] = {
        "about": {
            "atelier": importlib.metadata.version("atelier"),
            "assets_sha256": hashlib.sha256((assets.FOLDER / assets.MANIFEST).read_bytes()).hexdigest(),
            "machine": f"{platform.system()} {platform.machine()}",
            "subjects": len(subjects),
            "files_sha256": subjects.files,
        },
        "tape": tape_figures(subjects, bodies),
        "unasked": unasked_figures(subjects, bodies),
    }
    if {"weight_kg", "age_years"} <= subjects.columns.keys():
        found["completion"] = completion_figures(subjects)
        found["slips"] = slip_figures(subjects)
    if "weight_kg" in subjects.columns:
        found["weight"] = weight_figures(subjects, bodies)
    return found


def write_report(found: dict[str, Any], subjects: Subjects, bodies: Bodies, folder: Path) -> None:
    """Write everything into a folder; each file whole or not at all, ``metrics.json`` last."""
    tables = [table for build in (_tape, _groups, _completion, _slips, _weight, _unasked) for table in build(found)]
    figures.tape_plot(found["tape"], folder / "tape.png")
    figures.groups_plot(found["tape"], folder / "groups.png")
    if "completion" in found:
        figures.completion_plot(found["completion"], PLOTTED_SETS, folder / "completion.png")
    if "weight" in found:
        ours = bodies.derived["weight_kg"]
        figures.weight_plot(subjects.sex, subjects.columns["weight_kg"], ours, folder / "weight.png")
    if found["unasked"]:
        figures.unasked_plot(found["unasked"], folder / "unasked.png")
    for table in tables:
        write_whole(folder / f"{table.name}.csv", _as_csv(table).encode())
    write_whole(folder / "report.md", _as_markdown(found["about"], tables).encode())
    write_whole(folder / "metrics.json", (json.dumps(found, indent=1) + "\n").encode())


def _tape(found: dict[str, Any]) -> list[Table]:
    tape = found["tape"]
    header = (
        "measurement",
        "mean before",
        "p95 before",
        "mean after",
        "p95 after",
        "worst after",
        "within ISO 20685-1",
    )
    rows = [("all 15", *_errors(tape["all"]))]
    rows += [(key, *_errors(tape["by_measurement"][key])) for key in KEYS]
    missed = tape["subjects_with_a_value_missed_by_1_mm"]
    note = f"{missed} subject(s) have a value that the body misses by more than 1 mm."
    return [Table("tape", "Tape on the body, before and after correction (mm)", header, rows, "tape.png", note)]


def _groups(found: dict[str, Any]) -> list[Table]:
    header = ("group", "people", "mean before", "p95 before", "mean after", "p95 after", "worst after", "within ISO")
    rows: list[tuple[Cell, ...]] = [
        (f"{name} {label}", part["after"]["subjects"], *_errors(part))
        for name in ("sex", "bmi", "stature")
        for label, part in found["tape"][f"by_{name}"].items()
    ]
    return [Table("groups", "The same by sex, BMI and stature (mm)", header, rows, "groups.png")]


def _errors(part: dict[str, Any]) -> tuple[Cell, ...]:
    before, after = part["before"], part["after"]
    numbers = (before["mae_mm"], before["p95_mm"], after["mae_mm"], after["p95_mm"], after["worst_mm"])
    return (*(round(number, 3) for number in numbers), f"{after['within_iso_20685_1']:.2%}")


def _completion(found: dict[str, Any]) -> list[Table]:
    if "completion" not in found:
        return []
    header = ("given", "sex", "coverage", "women", "men", "least of any measurement", "most of any", "mean error mm")
    rows: list[tuple[Cell, ...]] = []
    for given, by_sex in found["completion"].items():
        for told, part in by_sex.items():
            each = [row["coverage"] for row in part["by_measurement"].values()]
            shares = (part["coverage"], part["coverage_female"], part["coverage_male"], min(each), max(each))
            rows.append((given, told, *(f"{share:.1%}" for share in shares), part["mae_mm"]))
    note = "Share of real people inside the 90 % interval. No subject was used to make or to calibrate the intervals."
    return [Table("completion", "Blanks: how often the interval holds", header, rows, "completion.png", note)]


def _slips(found: dict[str, Any]) -> list[Table]:
    if "slips" not in found:
        return []
    header = ("slip", "trials", "found", "right field", "right slip")
    rows: list[tuple[Cell, ...]] = [
        (name, part["trials"], *(f"{part[rate]:.1%}" for rate in ("found", "right_field", "right_slip")))
        for name, part in ((name, found["slips"][name]) for name in SLIPS)
    ]
    note = f"Asked about without a slip: {found['slips']['false_alarms']:.1%} of the same rows."
    return [Table("slips", "One slip in a row of 15 values and weight", header, rows, note=note)]


def _weight(found: dict[str, Any]) -> list[Table]:
    header = ("people", "count", "bias", "mean error", "SD", "r", "regression: mean error", "regression: r")
    rows: list[tuple[Cell, ...]] = [
        (name, part["mesh"]["subjects"], *_agreement(part)) for name, part in found.get("weight", {}).items()
    ]
    title = "Weight by volume beside the scales (kg)"
    return [Table("weight", title, header, rows, "weight.png")] if rows else []


def _unasked(found: dict[str, Any]) -> list[Table]:
    header = ("dimension", "people", "bias", "mean error", "SD", "r", "regression: mean error", "regression: r")
    rows: list[tuple[Cell, ...]] = [
        (name, part["mesh"]["subjects"], *_agreement(part)) for name, part in found["unasked"].items()
    ]
    note = "The regression is fitted on the real people themselves (5 folds); the bodies have never seen them."
    title = "Dimensions that nobody asked for, read off the mesh (mm)"
    return [Table("unasked", title, header, rows, "unasked.png", note)] if rows else []


def _agreement(part: dict[str, Any]) -> tuple[Cell, ...]:
    mesh, line = part["mesh"], part["regression"]
    return (mesh["bias"], mesh["mae"], mesh["sd"], mesh["r"], line["mae"], line["r"])


def _as_csv(table: Table) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([table.header, *table.rows])
    return text.getvalue()


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table in Markdown; the first column left, the others right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _as_markdown(about: dict[str, Any], tables: Sequence[Table]) -> str:
    parts = [
        "# Evaluation",
        f"{about['subjects']} subjects; Atelier {about['atelier']}, assets {about['assets_sha256'][:12]}, "
        f"{about['machine']}. Every figure is in `metrics.json`, every table as CSV beside this file.",
    ]
    for table in tables:
        parts += [f"## {table.title}", markdown_table(table.header, table.rows)]
        parts += [table.note] if table.note else []
        parts += [f"![{table.title}]({table.plot})"] if table.plot else []
    return "\n\n".join(parts) + "\n"
