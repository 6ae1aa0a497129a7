# SPDX-License-Identifier: GPL-3.0-or-later
"""Every garment in several sizes on bodies from the thinnest to the heaviest: how long fitting takes, and what goes
through skin or cloth.

``python -m render_service.bench_fit --bodies 200 --rows rows.jsonl``. Every case is a row of the file as soon as it is
known, and is not fitted again by the next run; several processes share the bodies between them.
"""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
import platform
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np

from avatar_engine.avatar import build_body
from avatar_engine.body.pose import POSES, REST
from avatar_engine.body.shape import Body
from avatar_engine.errors import FitError
from avatar_engine.fitting import fit_outfit
from avatar_engine.fitting.live_outfit import LiveWardrobe
from avatar_engine.fitting.motion import SCHEDULES
from avatar_engine.measurements import Measurements
from avatar_engine.standing import standing_in
from garments import catalogue
from render_service.fit_cases import Case, cases, people
from render_service.fit_judge import judge

LIVE = "live"
QUALITIES = (LIVE, *(name for name in SCHEDULES if name != LIVE))
Row = dict[str, Any]


@cache
def _wardrobe() -> LiveWardrobe:
    return LiveWardrobe()


def measured(case: Case, body: Body, quality: str) -> Row:
    """What was found on one case in the A-pose and in its pose; seconds of processor time (live: without posing)."""
    row: Row = {"key": f"{quality}; {case.key}", "quality": quality, **asdict(case)}
    try:
        if quality == LIVE:
            _wardrobe().dress(body, case.choices())  # what is made on first use is not counted
        start = time.process_time()
        if quality == LIVE:
            outfit = _wardrobe().dress(body, case.choices())
        else:
            outfit = fit_outfit(body, case.choices(), case.pose, quality)
        row["seconds"] = time.process_time() - start
        posed = _wardrobe().dress(body, case.choices(), case.pose) if quality == LIVE else outfit
    except FitError as error:
        return row | {"refused": str(error)}
    body = standing_in(body, case.choices())
    found = judge(body, outfit.at_rest, REST)
    if case.pose != REST:
        found += judge(body, posed, case.pose)
    vertices = {garment.garment: len(garment.vertices) for garment in outfit.garments}
    return row | {"vertices": vertices, "findings": [asdict(each) for each in found]}


def run_person(task: tuple[str, Measurements, str, str, tuple[str, ...], int | None, frozenset[str], Path]) -> int:
    """All cases of one person that are not known yet, each written as soon as it is; returns how many."""
    who, measurements, quality, pose, wanted, turn, known, path = task
    body, count = build_body(measurements).body, 0
    for case in cases(who, body, pose, wanted, turn):
        if f"{quality}; {case.key}" in known:
            continue
        line = json.dumps(measured(case, body, quality)) + "\n"
        with path.open("a", encoding="utf-8") as file:  # a line is one write, so that processes do not mix theirs
            file.write(line)
        count += 1
    return count


def read_rows(path: Path) -> list[Row]:
    """Rows of a file, the last of which may have been cut short."""
    if not path.is_file():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def summary(rows: list[Row]) -> Iterator[str]:
    """Markdown: a line for each garment and pose, then the times."""
    yield (
        "| garment | quality, pose | fits | refused | vertices deeper than 1 mm, worst"
        " | pairs through skin (fits) | through inner cloth (fits) | of its own (fits) | seen (fits)"
        " | seconds: median, most |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    groups: dict[tuple[str, str], list[tuple[Row, Row]]] = {}
    for row in rows:
        for found in row.get("findings", []):
            if found["garment"] == row["garments"][-1]:
                groups.setdefault((found["garment"], f"{row['quality']}, {found['pose']}"), []).append((row, found))
    for (garment, how), pairs in sorted(groups.items()):
        refused = sum("refused" in row and row["garments"][-1] == garment for row in rows)
        found = [each for _, each in pairs]
        cells = [garment, how, str(len(found)), str(refused)]
        worst = max(each["depth"] for each in found) * 1000.0
        cells.append(f"{_total(found, 'deep')}, {worst:.1f} mm" if _total(found, "deep") != "0" else "0")
        cells += [_total(found, key) for key in ("through_skin", "through_cloth", "itself", "itself_seen")]
        seconds = [row["seconds"] / len(row["garments"]) for row, _ in pairs]
        cells.append(f"{np.median(seconds):.3f}, {max(seconds):.3f}")
        yield f"| {' | '.join(cells)} |"


def _total(found: list[Row], key: str) -> str:
    values = [each[key] for each in found]
    return f"{sum(values)} ({np.count_nonzero(values)})" if sum(values) else "0"


@click.command()
@click.option("--bodies", default=12, show_default=True, help="Women and men in turn, thin to heavy.")
@click.option("--quality", type=click.Choice(QUALITIES), default=LIVE, show_default=True)
@click.option("--pose", type=click.Choice(POSES), default="relaxed", show_default=True)
@click.option("--garment", "garments", multiple=True, type=click.Choice(sorted(catalogue())), help="Default: all.")
@click.option("--each-size/--one-size", default=True, help="One: from body to body another, for many bodies.")
@click.option("--processes", default=1, show_default=True)
@click.option("--rows", type=click.Path(dir_okay=False, path_type=Path), default=Path("out/bench_fit.jsonl"))
def main(
    bodies: int, quality: str, pose: str, garments: tuple[str, ...], each_size: bool, processes: int, rows: Path
) -> None:
    """Fit every garment to random bodies and print how long it took and what goes through skin or cloth."""
    click.echo(f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores")
    rows.parent.mkdir(parents=True, exist_ok=True)
    known = frozenset(row["key"] for row in read_rows(rows))
    wanted = garments or tuple(catalogue())
    turns = [None if each_size else number // 2 for number in range(bodies)]  # women and men alike
    tasks = [
        (who, given, quality, pose, wanted, turn, known, rows)
        for (who, given), turn in zip(people(bodies), turns, strict=True)
    ]
    random.Random(0).shuffle(tasks)  # noqa: S311  # thin and heavy are known alike, wherever a run is stopped
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that leaving the block below ends the others too
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for number, count in enumerate(pool.imap_unordered(run_person, tasks), 1):
            click.echo(f"{number} of {bodies} bodies, {count} new cases")
    names = {who for who, *_ in tasks}
    of_these = [row for row in read_rows(rows) if row["quality"] == quality and row["body"] in names]
    for line in summary([row for row in of_these if row["garments"][-1] in wanted and row["pose"] == pose]):
        click.echo(line)


if __name__ == "__main__":
    main()
