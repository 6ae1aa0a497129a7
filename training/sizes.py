# SPDX-License-Identifier: GPL-3.0-or-later
"""The size charts of ``garments/sizes.toml``: for each size, the dimensions of the body it is cut for.

``python -m training.sizes`` writes the tables anew; labels and girths asked for stay as the file has them.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from avatar_engine.avatar import build_body
from avatar_engine.body.template import FloatArray
from avatar_engine.export.whole_file import write_whole
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.measurements import Sex
from avatar_engine.measurements.completion import complete, estimate
from garments import Dimensions

CHART = Path(__file__).parents[1] / "garments" / "sizes.toml"
SEX: dict[str, Sex] = {"women": "female", "men": "male"}
DIMENSION = {"chest_girth": "bust_girth", "waist_girth": "waist_girth", "hip_girth": "hip_girth"}
FRONT_OF = {"bust_front": "bust_girth", "waist_front": "waist_girth", "hip_front": "hip_girth"}
GENERATED = "# Written by `python -m training.sizes`.\n"


def size_body(sex: Sex, asked_cm: dict[str, float]) -> Dimensions:
    """The likeliest body with the girths of a size, in centimetres.

    Its stature is the population's for that chest girth: girths alone would make large sizes giants. The girths are
    met where the pattern cutter measures, at the natural waist for one, so what the tape is asked is corrected.
    """
    stature = estimate({"chest_girth": asked_cm["chest_girth"] / 100.0}, sex).values[0]
    tape = {key: value / 100.0 for key, value in asked_cm.items()}
    for _ in range(4):
        found = body_dimensions(build_body(complete({"stature": stature, **tape}, sex)).body)
        tape = {key: tape[key] * value / getattr(found, DIMENSION[key]) for key, value in asked_cm.items()}
    return found


def graded(bodies: list[Dimensions], asked: dict[str, list[float]]) -> dict[str, FloatArray]:
    """Even grading, dimension to one number per size: quadratic in the bust, with one share of the front for all.

    Where exactly a side seam or the crotch divides a body is ill defined and jumps from one to the next; the whole
    girth or length does not.
    """
    raw = {key: np.array([getattr(body, key) for body in bodies]) for key in asdict(bodies[0])}
    lower, upper = np.sort([raw["crotch_front"], raw["crotch_back"]], axis=0)
    bust = raw["bust_girth"]
    even = {key: np.polyval(np.polyfit(bust, row, 2), bust) for key, row in raw.items()}
    even |= {DIMENSION[key]: np.array(values) for key, values in asked.items()}
    even |= {front: even[whole] * np.median(raw[front] / raw[whole]) for front, whole in FRONT_OF.items()}
    crotch = np.polyval(np.polyfit(bust, lower + upper, 2), bust)
    even["crotch_front"] = crotch * np.median(lower / (lower + upper))
    even["crotch_back"] = crotch - even["crotch_front"]
    even["trunk_girth"] = np.max([even[key] for key in ("trunk_girth", "waist_girth", "hip_girth")], axis=0)
    return even


def chart_table(chart: str, asked: dict[str, list[float]]) -> str:
    """The TOML table of a chart: one row per dimension, one number per size."""
    sizes = [dict(zip(asked, size, strict=True)) for size in zip(*asked.values(), strict=True)]
    rows = graded([size_body(SEX[chart], size) for size in sizes], asked)
    lines = [f"{key} = [{', '.join(f'{value:.1f}' for value in row)}]" for key, row in rows.items()]
    return "\n".join([f"[{chart}.body]", *lines]) + "\n"


def main() -> None:
    """Rewrite the generated end of the file."""
    text = CHART.read_text(encoding="utf-8")
    head = text.split(GENERATED)[0]
    rows = tomllib.loads(head)
    tables = [chart_table(chart, rows[chart]["girths"]) for chart in SEX]
    write_whole(CHART, (head + GENERATED + "\n".join(tables)).encode("utf-8"))


if __name__ == "__main__":
    main()
