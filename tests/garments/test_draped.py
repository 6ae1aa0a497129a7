# SPDX-License-Identifier: GPL-3.0-or-later
"""One outfit with everything that is new to cloth: a folded collar, a placket, buttons, cuffs, shoes under trousers."""

from __future__ import annotations

from functools import cache

import numpy as np

from avatar_engine.body.template import load_template
from avatar_engine.fitting import FittedGarment, fit_outfit
from avatar_engine.fitting.dimensions import landmark
from avatar_engine.fitting.surface import Surface
from tests.fitting.people import Choice, person

WHO = "slim man"


@cache
def worn() -> dict[str, FittedGarment]:
    chosen = [Choice("trainers"), Choice("shorts"), Choice("shirt")]
    return {each.garment: each for each in fit_outfit(person(WHO), chosen, "a_pose", "interactive").garments}


def part(garment: FittedGarment, slot: str) -> np.ndarray:
    return garment.vertices[np.unique(garment.triangles[garment.triangle_slots == garment.slots.index(slot)])]


def test_nothing_lies_inside_the_body():
    skin = Surface(person(WHO).vertices, load_template().outer_triangles)
    for garment in worn().values():
        assert skin.contact(garment.vertices, 0.03).distance.min() > -0.001, garment.garment


def test_buttons_run_down_the_middle_of_the_front_and_sit_on_the_cuffs():
    x, y, z = part(worn()["shirt"], "buttons").T
    front = np.abs(x) < 0.12
    assert np.abs(x[front]).max() < 0.035
    assert y[front].max() < landmark(person(WHO), "crotch")[1]
    assert np.ptp(z[front]) > 0.35
    assert {-1.0, 1.0} == set(np.sign(x[~front]))
    assert z[~front].max() < z[front].max() - 0.2


def test_the_collars_fall_lies_folded_over_its_stand():
    """Around the neck the highest cloth is the fold: the fall's edge hangs lower and further out."""
    shirt, neck = worn()["shirt"], landmark(person(WHO), "c7")
    near = shirt.vertices[np.hypot(shirt.vertices[:, 0], shirt.vertices[:, 1] - neck[1] + 0.05) < 0.16]
    behind = near[(np.abs(near[:, 0]) < 0.03) & (near[:, 1] > neck[1] - 0.05)]
    fold = behind[behind[:, 2].argmax()]
    assert neck[2] < fold[2] < neck[2] + 0.06
    outer = behind[(behind[:, 2] < fold[2] - 0.02) & (behind[:, 2] > fold[2] - 0.06)]
    assert outer[:, 1].max() > fold[1] + 0.002


def test_cloth_over_cloth_of_one_garment_keeps_the_order():
    """Pockets and plackets lie outside the cloth that they are sewn to."""
    shirt = worn()["shirt"]
    buttons, skin = part(shirt, "buttons"), Surface(person(WHO).vertices, load_template().outer_triangles)
    plain = part(shirt, "body")
    nearest = np.linalg.norm(buttons[:, None] - plain[None], axis=2).argmin(axis=1)
    gap = skin.contact(buttons, 0.1).distance - skin.contact(plain[nearest], 0.1).distance
    assert np.median(gap[np.isfinite(gap)]) > 0.0
