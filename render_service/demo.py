# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: four people from the sample table, dressed and photographed, with what the tape reads on them.

Run it with ``python -m render_service.demo --out out/demo``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from avatar_engine.body.template import FloatArray
from avatar_engine.cli_support import Console, ExitCode, make_folder, surface
from avatar_engine.look import load_look
from avatar_engine.measurements import KEYS, MEASUREMENTS, Person, parse_people
from blender_addon.scene.dressing import Order
from garments.catalogue import catalogue
from render_service.contact_sheet import Entry, write_sheet
from render_service.production import Finished, Style
from render_service.tryon import Run

SAMPLES = Path(__file__).parent / "samples"
LOOKS = {"Ines": "dress", "Karim": "knitwear", "Amara": "skirt", "Jonas": "everyday"}
PRESET, CAMERA, SHEET = "standard", "front", "contact-sheet.png"
NEXT = ".venv/bin/atelier tryon my_people.csv --look render_service/samples/everyday.toml --out out/me"


def orders() -> list[Order]:
    """Everybody in the sample table in the look that was chosen for them."""
    people = [item for item in parse_people(SAMPLES / "people.csv") if isinstance(item, Person)]
    return [Order(each.subject, each, load_look(SAMPLES / f"{LOOKS[each.subject]}.toml")) for each in people]


def table(pictures: Sequence[Finished]) -> str:
    """What was asked and what the tape reads on the body made, centimetres, side by side for everybody."""
    width = max(len(row.name_en) for row in MEASUREMENTS)
    lines = [" " * width + "".join(f"{each.order.person.subject:>20}" for each in pictures)]
    lines.append("centimetres".ljust(width) + "     asked  measured" * len(pictures))
    for index, row in enumerate(MEASUREMENTS):
        cells = [_cell(each, index) for each in pictures]
        lines.append(row.name_en.ljust(width) + "".join(cells))
    lines.append(f"* not given: predicted from the rest. Largest error of a given value: {_worst(pictures):.2f} mm")
    return "\n".join(lines)


def _cell(picture: Finished, index: int) -> str:
    asked, measured = picture.order.person.measurements, picture.body.measured
    star = " " if asked.given[index] else "*"
    return f"{asked.values[index] * 100:9.1f}{star}{measured[index] * 100:10.2f}"


def _errors_mm(picture: Finished) -> FloatArray:
    asked = picture.order.person.measurements
    errors: FloatArray = np.abs(picture.body.measured - asked.values)[asked.given] * 1000.0
    return errors


def _worst(pictures: Sequence[Finished]) -> float:
    return float(max(_errors_mm(each).max() for each in pictures))


def entry(picture: Finished) -> Entry:
    """One person of the contact sheet."""
    person = picture.order.person
    measured = dict(zip(KEYS, picture.body.measured * 100.0, strict=True))
    size = ", ".join(f"{name} {measured[f'{name}_girth']:.1f}" for name in ("chest", "waist", "hip"))
    worn = [catalogue()[choice.garment].name["en"] for choice in picture.order.look.garments]
    names = [worn[0], *(name[:1].lower() + name[1:] if name[1:2].islower() else name for name in worn[1:])]
    outfit = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    error = f"{person.measurements.given.sum()} values given, within {_errors_mm(picture).max():.2f} mm on the tape"
    return Entry(picture.path, person.subject, (f"{measured['stature']:.1f} cm tall, {size}", outfit, error))


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True)
@click.option("--preset", default=PRESET, show_default=True)
@surface
def main(console: Console, out: Path, preset: str) -> ExitCode:
    """Dress and photograph the four people of the sample table."""
    started = time.monotonic()
    make_folder(console, out)
    run = Run(console, orders(), keep_going=False)
    code = run.make(out, Style(preset, CAMERA))
    if code != ExitCode.OK:
        return code
    pictures = [each for each in run.finished if each.path.suffix == ".png"]
    write_sheet([entry(each) for each in pictures], "Four people from their tape measurements", out / SHEET)
    if not console.machine:
        made = [str(each.path) for each in run.finished] + [str(out / SHEET)]
        click.echo("\n".join([table(pictures), *made, f"{time.monotonic() - started:.0f} s. Next: {NEXT}"]))
    return ExitCode.OK


if __name__ == "__main__":
    main()
