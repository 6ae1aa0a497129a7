# SPDX-License-Identifier: GPL-3.0-or-later
"""A tucked top stays inside the waistband, and what cannot be tucked in is refused in words."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.template import load_template
from avatar_engine.errors import LookError
from avatar_engine.fitting import FittedGarment, Outfit, fit_outfit
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.outfit import layered
from avatar_engine.fitting.surface import Surface
from avatar_engine.look import GarmentChoice, Look, look_text, parse_look
from garments import catalogue
from tests.fitting.people import Choice, person, wardrobe

PAIRS = [("trousers-straight", "shirt"), ("skirt-pencil", "t-shirt"), ("skirt-circle", "sweater")]
WARDROBE = wardrobe()


def dressed(who: str, bottom: str, top: str, tucked: bool) -> Outfit:
    return WARDROBE.dress(person(who), [Choice(bottom), Choice(top, tucked=tucked)])


def worn(outfit: Outfit, garment: str) -> FittedGarment:
    return next(each for each in outfit.garments if each.garment == garment)


def crossings(cloth: FittedGarment, under: FittedGarment) -> int:
    everywhere = np.full(len(cloth.triangles), -1, dtype=np.int32)
    return len(crossing_pairs(cloth.vertices, cloth.triangles, Surface(under.vertices, under.triangles), everywhere)[0])


def at_trunk(cloth: FittedGarment) -> np.ndarray:
    """Vertices beside the trunk: sleeves hang lower than any waistband."""
    near = np.abs(cloth.vertices[:, 0]) < 0.16
    return cloth.vertices[near]


@pytest.mark.parametrize("who", ["woman", "slim man", "heavy woman"])
@pytest.mark.parametrize(("bottom", "top"), PAIRS)
def test_live_cloth_goes_into_the_waistband_and_not_through_it(who, bottom, top):
    outfit = dressed(who, bottom, top, True)
    below, above = worn(outfit, bottom), worn(outfit, top)
    assert crossings(above, below) == 0
    skin = Surface(person(who).vertices, load_template().outer_triangles).contact(above.vertices, 0.03)
    assert not (skin.faces(above.vertices) & (skin.distance < -0.001)).any()
    # The hem ends inside the waistband, and hangs well below it when worn outside.
    edge = below.vertices[:, 2].max()
    assert -0.06 < at_trunk(above)[:, 2].min() - edge < 0.0
    if bottom != "skirt-circle":
        outside = at_trunk(worn(dressed(who, bottom, top, False), top))
        assert outside[:, 2].min() < edge - 0.08


def test_a_draped_shirt_goes_into_the_waistband_and_hangs_over_it():
    outfit = fit_outfit(
        person("woman"), [Choice("trousers-straight"), Choice("shirt", tucked=True)], "a_pose", "interactive"
    )
    below, above = worn(outfit, "trousers-straight"), worn(outfit, "shirt")
    assert crossings(above, below) == 0
    edge = below.vertices[:, 2].max()
    assert -0.06 < at_trunk(above)[:, 2].min() - edge < 0.0
    # Just above the waistband the cloth stands off farther than the waistband: it is not drawn tight.
    around = above.vertices[np.abs(above.vertices[:, 2] - edge - 0.04) < 0.015]
    around = around[np.abs(around[:, 0]) < 0.2]
    band = below.vertices[below.vertices[:, 2] > edge - 0.01]
    assert np.ptp(around[:, 0]) > np.ptp(band[:, 0])


@pytest.mark.parametrize("size", ["S", "XL"])
def test_a_tucked_size_ends_at_the_wearers_waist(size):
    above = worn(
        WARDROBE.dress(person("woman"), [Choice("skirt-pencil"), Choice("t-shirt", size, tucked=True)]), "t-shirt"
    )
    below = worn(dressed("woman", "skirt-pencil", "t-shirt", True), "skirt-pencil")
    assert -0.06 < at_trunk(above)[:, 2].min() - below.vertices[:, 2].max() < 0.0


def cuts(*choices: Choice) -> dict[str, bool]:
    return {spec.id: spec.is_tucked for spec, _ in layered(choices)[2]}


def test_shirts_are_tucked_into_skirts_unless_the_look_says_otherwise():
    assert cuts(Choice("skirt-pencil"), Choice("shirt"))["shirt"]
    assert not cuts(Choice("skirt-pencil"), Choice("shirt", tucked=False))["shirt"]
    assert not cuts(Choice("trousers-wide"), Choice("shirt"))["shirt"]
    assert not cuts(Choice("skirt-pencil"), Choice("sweater"))["sweater"]
    assert cuts(Choice("skirt-pencil"), Choice("shirt"), Choice("sweater")) == {
        "skirt-pencil": False,
        "shirt": True,
        "sweater": False,
    }


@pytest.mark.parametrize(
    ("garments", "english", "french"),
    [
        (("dress-a-line", "trousers-straight"), "dress-a-line is only worn outside", "ne se porte que par-dessus"),
        (("jacket", "trousers-straight"), "shirt, t-shirt, sweater", "ce qui peut se rentrer"),
        (("shirt", "leggings"), "there is no waistband", "pas de ceinture"),
        (("sweater", "t-shirt", "shorts"), "t-shirt is worn under it", "est porté dessous"),
    ],
)
def test_what_cannot_be_tucked_in_is_refused_with_the_reason(garments, english, french):
    first, *others = garments
    rows = [{"id": first, "tucked": True}, *({"id": other} for other in others)]
    with pytest.raises(LookError) as caught:
        parse_look({"garment": rows}, "look.toml")
    assert "garment[1].tucked" in str(caught.value)
    assert english in str(caught.value)
    assert french in caught.value.say("fr")
    with pytest.raises(LookError):
        layered([Choice(first, tucked=True), *(Choice(other) for other in others)])


def test_tucked_is_true_or_false_and_is_kept_in_the_file():
    with pytest.raises(LookError, match="true or false"):
        parse_look({"garment": [{"id": "shirt", "tucked": "yes"}]})
    look = Look((GarmentChoice("skirt-pencil"), GarmentChoice("shirt", tucked=False)))
    assert "tucked = false" in look_text(look)
    again = parse_look({"garment": [{"id": "skirt-pencil"}, {"id": "shirt", "tucked": False}]})
    assert again.garments == look.garments


def test_every_tuckable_garment_says_how_it_hangs_over():
    able = {spec.id for spec in catalogue().values() if spec.tucked}
    assert able == {"shirt", "t-shirt", "sweater"}
    assert all(catalogue()[name].tucked["blouse"] > 0.0 for name in able)
