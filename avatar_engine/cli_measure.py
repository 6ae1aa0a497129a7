# SPDX-License-Identifier: GPL-3.0-or-later
"""``atelier measure``: the tape around a body made here, or around a scan of a person."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from avatar_engine.cli_support import Console, ExitCode, make_folder, surface
from avatar_engine.export.whole_file import write_whole
from avatar_engine.measurements import KEYS, tolerances
from avatar_engine.measurements.completion import estimate
from avatar_engine.measurements.units import UNITS, from_metres, show

if TYPE_CHECKING:
    from avatar_engine.body.template import FloatArray
    from avatar_engine.export.foreign.surface import Surface
    from avatar_engine.meshing.scan_body import ScanBody

SCAN_UNITS = ("m", "cm", "mm", "in")
WITHOUT_LENGTH = ("weight_kg", "bmi")
READING_COLUMNS = ("measurement", "value_mm", "half_width_mm", "seen_percent", "unsure")


@click.command()
@click.argument("mesh", type=click.Path(path_type=Path))
@click.option("--unit", type=click.Choice(UNITS), default="cm", show_default=True, help="Unit to print.")
@click.option("--all", "everything", is_flag=True, help="Also natural waist, under-bust, weight, BMI and others.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the registered body and the distance map.")
@click.option("--scan-unit", type=click.Choice(SCAN_UNITS), help="Unit of the scan; guessed by default.")
@click.option("--free-form", is_flag=True, help="Let the body follow what its shapes cannot say, smoothly.")
@surface
def measure(
    console: Console,
    mesh: Path,
    unit: str,
    everything: bool,
    out: Path | None,
    scan_unit: str | None,
    free_form: bool,
) -> ExitCode:
    """Put the tape around MESH: a body made by Atelier, or a scan or cloud of a person (OBJ, GLB, PLY or STL).

    A scan is registered first: the person stands about as an A or a T, unclothed or nearly so.
    """
    from avatar_engine.body import tape
    from avatar_engine.meshing.scan import ScanError, prepare
    from avatar_engine.meshing.scan_body import body_from_scan

    mine = read_mesh(mesh)
    if isinstance(mine, np.ndarray):
        _print(console, mesh, unit, tape.measure(mine), None)
        _print_derived(console, unit, mine, everything)
        return ExitCode.OK
    try:
        prepared = prepare(mine, scan_unit)
        console.tell(console.word("scan_registering", count=len(prepared.points), unit=prepared.unit))
        found = body_from_scan(prepared, free_form)
    except ScanError as error:
        console.error(error, str(mesh))
        return ExitCode.BAD_INPUT
    _tell(console, mesh, found)
    if out is not None:
        make_folder(console, out)
        files = write_scan(out, mesh.stem, found)
        console.document["files"] = [str(path) for path in files]
        console.tell(console.word("scan_written", files=", ".join(path.name for path in files), folder=out))
    _print(console, mesh, unit, found.measured, found)
    _print_derived(console, unit, found.body.vertices, everything)
    return ExitCode.OK


def read_mesh(path: Path) -> FloatArray | Surface:
    """The vertices of one of our bodies or clouds, or whatever else a file holds; raises ``MeshError``."""
    from avatar_engine.body.shape import load_shape_space
    from avatar_engine.export.foreign import read_surface
    from avatar_engine.export.read import LARGEST_FILE, OtherMeshError, is_ours, read_vertices
    from avatar_engine.meshing.scan_body import own_cloud

    if not path.is_file() or path.stat().st_size <= LARGEST_FILE:
        try:
            return read_vertices(path)
        except OtherMeshError:
            if is_ours(path):
                raise
    found = read_surface(path)
    coefficients = own_cloud(found)
    return found if coefficients is None else load_shape_space().vertices(coefficients)


def _tell(console: Console, mesh: Path, found: ScanBody) -> None:
    """What was guessed, how close the body lies, and what is unsure."""
    from avatar_engine.meshing.scan_body import axis_name

    gaps = 1000.0 * np.abs(found.fit.distances)
    facts = {
        "unit": found.scan.unit,
        "up": axis_name(found.up),
        "front": axis_name(found.front),
        "objects": found.scan.objects,
        "removed_percent": round(100.0 * found.scan.removed, 1),
        "distance_mean_mm": round(float(gaps.mean()), 2),
        "distance_p95_mm": round(float(np.percentile(gaps, 95)), 2),
    }
    console.document["scan"] = facts
    console.tell(console.word("scan_guessed", **facts))
    console.tell(console.word("scan_distance", mean=facts["distance_mean_mm"], p95=facts["distance_p95_mm"]))
    for key in found.unsure(tolerances()):
        i = KEYS.index(key)
        half, seen = f"{1000.0 * found.half_width[i]:.0f}", f"{100.0 * found.seen[i]:.0f}"
        text = console.word("scan_unsure", field=key, half=half, seen=seen)
        console.cautions.append({"file": str(mesh), "measurement": key, "text": text})
        console.tell(f"{mesh}: {console.word('caution')}: {text}")


def _print(console: Console, mesh: Path, unit: str, measured: FloatArray, found: ScanBody | None) -> None:
    readings = {key: from_metres(float(value), unit) for key, value in zip(KEYS, measured, strict=True)}
    console.document |= {"mesh": str(mesh), "unit": unit, "measurements": readings}
    spread: dict[str, float] = {}
    if found is not None:
        spread = {key: from_metres(float(half), unit) for key, half in zip(KEYS, found.half_width, strict=True)}
        console.document["half_width"] = spread
    if not console.machine:
        click.echo(",".join([console.word("measurement"), unit, *(["±"] if spread else [])]))
        for key, value in readings.items():
            click.echo(",".join([key, show(value, unit), *([show(spread[key], unit)] if spread else [])]))


def _print_derived(console: Console, unit: str, vertices: FloatArray, shown: bool) -> None:
    """What follows from the body beside the fifteen; always in the document, on the terminal where asked for."""
    from avatar_engine.body.derived import derived
    from avatar_engine.body.tape import measure as read_tape

    kind = estimate(dict(zip(KEYS, read_tape(vertices).tolist(), strict=True))).male_probability
    values = {
        name: value if name in WITHOUT_LENGTH else from_metres(value, unit)
        for name, value in derived(vertices, kind).items()
    }
    console.document["derived"] = values
    if shown and not console.machine:
        for name, value in values.items():
            click.echo(f"{name},{value:.1f}" if name in WITHOUT_LENGTH else f"{name},{show(value, unit)}")


def write_scan(folder: Path, name: str, found: ScanBody) -> list[Path]:
    """Write the body, its readings and the distance map; the paths written."""
    from avatar_engine.export import WRITERS
    from avatar_engine.meshing import distance_map

    suffixes = (".obj", "_readings.csv", "_distance.ply", "_distance.png")
    files = {suffix: folder / f"{name}{suffix}" for suffix in suffixes}
    WRITERS["obj"](files[".obj"], found.body)
    write_whole(files["_readings.csv"], _table(reading_rows(found)))
    write_whole(files["_distance.ply"], distance_map.ply(found.standing, found.fit.offset))
    write_whole(files["_distance.png"], distance_map.picture(found.standing, found.fit.offset))
    return list(files.values())


def reading_rows(found: ScanBody) -> list[tuple[str, ...]]:
    """One row of ``READING_COLUMNS`` per measurement."""
    unsure = set(found.unsure(tolerances()))
    return [
        (key, f"{1000.0 * value:.2f}", f"{1000.0 * half:.2f}", f"{100.0 * seen:.0f}", "yes" if key in unsure else "")
        for key, value, half, seen in zip(KEYS, found.measured, found.half_width, found.seen, strict=True)
    ]


def _table(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(READING_COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()
