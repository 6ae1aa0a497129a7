# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an outfit goes through skin or other cloth, on random bodies, found by another library than the engine's own.

``python -m render_service.bench_fit --bodies 12``; libigl's winding numbers and exact predicates are the judge.
"""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass

import click
import numpy as np
import numpy.typing as npt

from avatar_engine.avatar import build_body
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template
from avatar_engine.errors import FitError
from avatar_engine.fitting import FittedGarment, Outfit, fit_outfit
from avatar_engine.fitting.motion import SCHEDULES
from avatar_engine.look import GarmentChoice
from avatar_engine.measurements import KEYS, complete
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments

OUTFITS = (("trousers-straight", "t-shirt"), ("skirt-circle", "sweater"), ("dress-a-line",))
SEED = 23
CANDIDATES = 200
DEEP = 0.001


@dataclass(frozen=True)
class Finding:
    """One garment on one body in one pose.

    deep: vertices more than a millimetre inside the body; seen: those of them under skin that is drawn;
    through_skin: triangle pairs of cloth and drawn skin that cross; through_cloth: pairs with inner garments;
    itself: pairs of the garment's own triangles that cross; depth in metres.
    """

    garment: str
    pose: str
    deep: int
    seen: int
    depth: float
    through_skin: int
    through_cloth: int
    itself: int


def random_bodies(count: int) -> Iterator[tuple[str, Body]]:
    """Women and men in turn, from the thinnest to the heaviest of CANDIDATES drawn from the population of each."""
    rng = np.random.default_rng(SEED)
    weight, stature = VARIABLES.index("weight_kg"), VARIABLES.index("stature")
    chosen = []
    for sex in SEXES:
        mean, covariance = log_moments(sex)
        drawn = np.exp(rng.multivariate_normal(mean, covariance, CANDIDATES))
        order = np.argsort(drawn[:, weight] / drawn[:, stature] ** 2)
        share = count // 2 + (count % 2 if sex == SEXES[0] else 0)
        chosen.append([(sex, drawn[i]) for i in order[np.linspace(0, CANDIDATES - 1, share).round().astype(int)]])
    for number in range(count):
        sex, values = chosen[number % 2][number // 2]
        measurements = complete(dict(zip(KEYS, values[: len(KEYS)].tolist(), strict=True)), sex=sex)
        yield f"{sex}, {values[stature]:.2f} m, {values[weight]:.0f} kg", build_body(measurements).body


def judge(body: Body, outfit: Outfit, pose: str) -> list[Finding]:
    """What libigl finds on every garment of an outfit in ``pose``."""
    skin = pose_body(body, pose).vertices
    template = load_template()
    triangles = template.outer_triangles
    drawn = ~np.repeat(outfit.hidden_quads[template.parts["skin"]], 2)
    return [
        _judge_one(garment, outfit.garments[:number], pose, skin, triangles, drawn)
        for number, garment in enumerate(outfit.garments)
    ]


def _judge_one(
    garment: FittedGarment,
    inner: tuple[FittedGarment, ...],
    pose: str,
    skin: FloatArray,
    triangles: IntArray,
    drawn: npt.NDArray[np.bool_],
) -> Finding:
    import igl
    import igl.predicates

    cloth, faces = garment.vertices, garment.triangles.astype(np.int64)
    distance, nearest, _, _ = igl.signed_distance(
        cloth, skin, triangles.astype(np.int64), igl.SIGNED_DISTANCE_TYPE_FAST_WINDING_NUMBER
    )
    deep = distance < -DEEP
    pairs = _crossing(cloth, faces, skin, triangles)
    return Finding(
        garment.garment,
        pose,
        int(deep.sum()),
        int((deep & drawn[nearest]).sum()),
        float(max(0.0, -distance.min())),
        int(drawn[pairs[:, 1]].sum()),
        sum(len(_crossing(cloth, faces, other.vertices, other.triangles)) for other in inner),
        len(igl.predicates.find_self_intersections(cloth, faces)[1]),
    )


def _crossing(
    cloth: FloatArray, faces: npt.NDArray[np.int64], vertices: FloatArray, triangles: IntArray
) -> npt.NDArray[np.int64]:
    """(k, 2) pairs of crossing triangles."""
    import igl.predicates

    found = igl.predicates.find_intersections(cloth, faces, np.ascontiguousarray(vertices), triangles.astype(np.int64))
    return np.asarray(found[1], dtype=np.int64).reshape(-1, 2)


def measured(garments: tuple[str, ...], body: Body, quality: str) -> tuple[list[Finding], float]:
    """Findings of an outfit in both poses, and the seconds of processor time that a garment took."""
    start = time.process_time()
    outfit = fit_outfit(body, [GarmentChoice(name) for name in garments], "relaxed", quality)
    seconds = (time.process_time() - start) / len(garments)
    return judge(body, outfit.at_rest, "a_pose") + judge(body, outfit, "relaxed"), seconds


def table(findings: list[Finding]) -> Iterator[str]:
    """Lines of the table: one for each garment and pose."""
    yield (
        f"{'garment':<18}{'pose':<9}{'fits':>5} | vertices > 1 mm deep: {'all':>5}{'seen':>6}{'worst mm':>10}"
        f" | pairs through skin{'fits':>5} | through cloth{'fits':>5} | itself: median, most"
    )
    for name, pose in sorted({(each.garment, each.pose) for each in findings}):
        rows = [each for each in findings if (each.garment, each.pose) == (name, pose)]
        skin, cloth = [each.through_skin for each in rows], [each.through_cloth for each in rows]
        itself = [each.itself for each in rows]
        yield (
            f"{name:<18}{pose:<9}{len(rows):>5} | {sum(each.deep for each in rows):>28}"
            f"{sum(each.seen for each in rows):>6}{max(each.depth for each in rows) * 1000.0:>10.1f}"
            f" | {sum(skin):>18}{np.count_nonzero(skin):>5} | {sum(cloth):>13}{np.count_nonzero(cloth):>5}"
            f" | {np.median(itself):>14.0f}{max(itself):>6}"
        )


@click.command()
@click.option("--bodies", default=12, show_default=True, help="Women and men in turn, thin to heavy.")
@click.option("--quality", type=click.Choice(tuple(SCHEDULES)), default="final", show_default=True)
def main(bodies: int, quality: str) -> None:
    """Fit every garment to random bodies and print what goes through skin or cloth."""
    click.echo(f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores")
    findings, seconds = [], []
    for who, body in random_bodies(bodies):
        for garments in OUTFITS:
            try:
                found, spent = measured(garments, body, quality)
            except FitError as error:
                click.echo(f"refused: {who}: {error}")
                continue
            findings += found
            seconds.append(spent)
            faults = sum(each.through_skin for each in found), sum(each.seen for each in found)
            click.echo(
                f"{who}: {', '.join(garments)}: pairs {faults[0]}, vertices {faults[1]}, {spent:.1f} s a garment"
            )
    for line in table(findings):
        click.echo(line)
    click.echo(f"seconds of processor a garment: median {np.median(seconds):.1f}, most {max(seconds):.1f}")


if __name__ == "__main__":
    main()
