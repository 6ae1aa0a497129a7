# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look says is what the viewer is sent: poses, prints, cloths and the map of the fit, and orders in words."""

from __future__ import annotations

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from avatar_engine.avatar import build_body
from avatar_engine.body.pose import bone_transforms, skin
from avatar_engine.body.template import load_template
from avatar_engine.errors import LookError
from avatar_engine.fitting.outfit import shoes_on
from avatar_engine.look import GarmentChoice, Look, parse_look
from avatar_engine.measurements import complete
from garments.catalogue import catalogue
from garments.fabrics import fabrics
from garments.prints import KINDS, TILE
from garments.weaves import weaves
from render_service.portal.api.coding import STEP_M, decoded
from render_service.portal.api.dressing import dressed, forget_clothes
from render_service.portal.look_fields import FIELDS, look_from
from render_service.portal.wardrobe import PRINTS
from tests.portal.conftest import Visitor

DRESS = {"id": "dress-sheath", "size": "M"}


def part(told: dict[str, list[dict[str, object]]], name: str) -> dict[str, object]:
    (found,) = [each for each in told["parts"] if each["name"] == name]
    return found


def points(told: dict[str, object]) -> np.ndarray:
    return decoded(str(told["positions"]), 3).view(np.int16) * STEP_M


def asked(visitor: Visitor, **more: object) -> dict[str, list[dict[str, object]]]:
    answer = visitor.ask("/update_feature", measurements={"stature": 170}, **more)
    assert answer.status_code == 200, answer.text
    told: dict[str, list[dict[str, object]]] = answer.get_json()
    return told


def test_body_and_clothes_stand_in_the_pose_of_the_look(visitor: Visitor) -> None:
    told = {pose: asked(visitor, look={"garment": [DRESS], "pose": pose}) for pose in ("a_pose", "walking")}
    body, template = build_body(complete({"stature": 1.70})).body, load_template()
    for pose, answer in told.items():
        posed = skin(body.vertices, template.bone_indices, template.bone_weights, bone_transforms(body, pose))
        assert np.abs(points(part(answer, "body")) - posed).max() < STEP_M
    still, walking = (points(part(answer, "dress-sheath")) for answer in told.values())
    assert np.linalg.norm(walking - still, axis=1).max() > 0.02
    hands = {pose: np.ptp(points(part(answer, "body"))[:, 0]) for pose, answer in told.items()}
    assert hands["walking"] < hands["a_pose"] - 0.15
    assert told["walking"]["head"] != told["a_pose"]["head"]


def test_the_map_of_the_fit_is_told_for_every_vertex_in_its_unit(visitor: Visitor) -> None:
    look = {"garment": [DRESS, {"id": "leggings"}, {"id": "trainers"}]}
    for kind, most in (("ease", 1200), ("strain", 5000)):
        told = asked(visitor, look=look, fit_map=kind)
        dress = part(told, "dress-sheath")
        values = decoded(str(dress["map"]), 1)[:, 0]
        assert len(values) == len(points(dress))
        assert values.max() <= most
        assert len(np.unique(values)) > 100
        assert "map" not in part(told, "trainers")
        grey = decoded(str(part(told, "leggings")["map"]), 1)
        assert (grey == 65535).all() == (kind == "strain")
    assert "map" not in part(asked(visitor, look=look), "dress-sheath")
    answer = visitor.ask("/update_cloth", measurements={"stature": 170}, fit_map="heat")
    assert (answer.status_code, "ease, strain" in answer.get_json()["detail"]) == (422, True)


def test_a_tight_size_stretches_more_and_leaves_less_room(visitor: Visitor) -> None:
    def mean(size: str, kind: str) -> float:
        told = asked(visitor, look={"garment": [DRESS | {"size": size, "fabric": "jersey"}]}, fit_map=kind)
        return float(decoded(str(part(told, "dress-sheath")["map"]), 1).mean())

    assert mean("M", "ease") < mean("XL", "ease") - 50
    assert mean("M", "strain") > mean("XL", "strain")


def test_a_print_lies_on_the_cloth_in_true_scale(visitor: Visitor) -> None:
    check = {"kind": "check", "colours": ["#ffffff", "#204080"], "repeat_cm": 3.0}
    told = asked(visitor, look={"garment": [{"id": "shirt", "print": check}]})
    shirt = part(told, "shirt")
    assert shirt["print"]["repeat_m"] == [0.03, 0.03]  # type: ignore[index]
    picture = shirt["print"]["picture"].removeprefix("data:image/png;base64,")  # type: ignore[index]
    with Image.open(io.BytesIO(base64.b64decode(picture))) as tile:
        assert np.asarray(tile.convert("RGB"))[2, 2].tolist() == [255, 255, 255]
    looks = shirt["looks"]
    assert (looks["body"]["printed"], looks["buttons"]["printed"]) == (True, False)  # type: ignore[index]
    flat = decoded(str(shirt["uvs"]), 2).view(np.int16) * STEP_M
    topology: dict[str, str] = shirt["topology"]  # type: ignore[assignment]
    source, index = decoded(topology["source"], 1)[:, 0], decoded(topology["index"], 3)
    worn = points(shirt)[source]
    assert len(flat) == len(worn)
    sides = [np.linalg.norm(each[index[:, 0]] - each[index[:, 1]], axis=1) for each in (flat, worn)]
    assert 0.9 < np.median(sides[0] / np.maximum(sides[1], 1e-6)) < 1.1
    again = asked(visitor, look={"garment": [{"id": "shirt", "print": check}]}, known=[str(shirt["mesh"])])
    assert "topology" not in part(again, "shirt")


def test_plain_cloth_shows_its_threads_at_their_width_and_is_laid_flat_but_once(visitor: Visitor) -> None:
    look = {"garment": [{"id": "sweater", "fabric": "corduroy"}, {"id": "trainers"}]}
    sweater = part(asked(visitor, look=look), "sweater")
    weave, fabric = sweater["looks"]["body"]["weave"], fabrics()["corduroy"]  # type: ignore[index]
    assert weave["repeat_m"] == pytest.approx([8 * fabric.weave_scale_mm / 1000] * 2)
    assert weave["height_m"] == pytest.approx(weaves()["corduroy"].relief * fabric.weave_scale_mm / 1000)
    with Image.open(io.BytesIO(visitor.get(f"/viewer/weave/{weave['kind']}.png").data)) as tile:
        ridges = np.asarray(tile, dtype=float).mean(axis=0)
    assert np.abs(np.fft.rfft(ridges - ridges.mean())).argmax() == 8
    assert visitor.get("/viewer/weave/plaid.png").status_code == 404
    topology: dict[str, str] = sweater["topology"]  # type: ignore[assignment]
    flat = decoded(topology["flat"], 2).view(np.int16) * STEP_M
    source, index = decoded(topology["source"], 1)[:, 0], decoded(topology["index"], 3)
    sides = [np.linalg.norm(each[index[:, 0]] - each[index[:, 1]], axis=1) for each in (flat, points(sweater)[source])]
    assert 0.9 < np.median(sides[0] / np.maximum(sides[1], 1e-6)) < 1.1
    again = part(asked(visitor, look=look, known=[str(sweater["mesh"])]), "sweater")
    assert {"topology", "uvs", "flat"}.isdisjoint(again)


def test_new_colours_need_no_new_fitting_and_show(visitor: Visitor) -> None:
    plain = part(asked(visitor, look={"garment": [DRESS]}), "dress-sheath")
    dyed = part(asked(visitor, look={"garment": [DRESS | {"colours": {"body": "#123456"}}]}), "dress-sheath")
    assert dyed["positions"] == plain["positions"]
    assert dyed["looks"]["body"]["colour"] == "#123456"  # type: ignore[index]
    assert dyed["looks"]["trim"] == plain["looks"]["trim"]  # type: ignore[index]


def test_the_page_asks_for_all_that_a_look_says_of_a_person(visitor: Visitor) -> None:
    page = visitor.get(visitor.measure()).text
    for field in FIELDS:
        assert f'data-field="{field.key}"' in page
        for choice in field.options():
            assert re.search(rf'name="{field.key}" value="{re.escape(choice.value)}"', page), (field.key, choice)
    assert set(PRINTS) == set(KINDS) - {TILE}


def test_texts_by_the_fields_are_the_look(visitor: Visitor) -> None:
    texts = {
        "pose": "walking", "hair.style": "bob", "hair.colour": "#7a4fa0", "hair.roots": "brown", "hair.highlights": "",
        "hair.grey": "30", "beard.style": "none", "skin.tone": "8", "skin.age": "61", "eyes.colour": "green",
        "seed": "4",
    }  # fmt: skip
    look = look_from(texts)
    wanted = {
        "pose": "walking", "hair": {"style": "bob", "colour": "#7a4fa0", "roots": "brown", "grey": 30},
        "skin": {"tone": 8, "age": 61}, "eyes": {"colour": "green"}, "seed": 4,
    }  # fmt: skip
    assert look == parse_look(wanted)
    with pytest.raises(LookError):
        look_from({"skin.tone": "9" * 5000})


def test_an_order_repeats_the_garments_as_they_were_chosen(visitor: Visitor) -> None:
    visitor.sign_up()
    person = visitor.measure().rsplit("/", 1)[1]
    shirt = {"id": "shirt", "size": "M", "fabric": "linen", "tucked": True,
             "print": {"kind": "stripe", "colours": ["#ffffff", "#204080"], "repeat_cm": 2.0}}  # fmt: skip
    look = {"garment": [shirt, {"id": "trousers-wide"}], "hair": {"style": "bob"}, "skin": {"tone": 3}}
    assert visitor.ask("/update_cloth", person=person, look=look, save=True).status_code == 200
    page = re.sub(r"\s+", " ", visitor.get(f"/people/{person}/pictures").text)
    assert "Shirt, M, linen, stripes, tucked in" in page
    assert "Wide trousers" in page
    shown = visitor.get(f"/people/{person}").text
    assert json.dumps(look["hair"]) in shown.replace("&#34;", '"')


def test_skin_wholly_under_cloth_is_left_out_whatever_the_size(visitor: Visitor) -> None:
    def hidden(**more: object) -> set[int]:
        return set(decoded(str(asked(visitor, **more)["hidden"]), 1)[:, 0].tolist())

    trousers = hidden(look={"garment": [{"id": "trousers-straight"}]})
    both = hidden(look={"garment": [{"id": "trousers-straight"}, {"id": "shirt", "size": "L"}]})
    assert len(trousers) > len(hidden()) > 100
    assert trousers < both
    topology: dict[str, str] = part(asked(visitor), "body")["topology"]  # type: ignore[assignment]
    assert max(both) < len(decoded(topology["index"], 3)) / 2
    again = hidden(look={"garment": [{"id": "trousers-straight"}]}, changes={"waist_girth": 82})
    assert again == trousers


def test_shoes_go_along_with_the_feet_of_a_body_that_is_being_shaped() -> None:
    shoes = Look((GarmentChoice("flats"),))
    forget_clothes()
    before, after = (build_body(complete({"stature": 1.70, "waist_girth": waist})) for waist in (0.74, 0.76))
    first, carried = (dressed(made, shoes).garments[-1] for made in (before, after))
    assert np.array_equal(first.triangles, carried.triangles)
    built = shoes_on(after.body, catalogue()["flats"], shoes.garments[0]).vertices
    for axis in range(3):
        assert abs(carried.vertices[:, axis].max() - built[:, axis].max()) < 0.001
        assert abs(carried.vertices[:, axis].min() - built[:, axis].min()) < 0.001
    tall = build_body(complete({"stature": 1.90}))
    anew = shoes_on(tall.body, catalogue()["flats"], shoes.garments[0]).vertices
    assert np.abs(dressed(tall, shoes).garments[-1].vertices - anew).max() < 1e-9


def test_a_further_top_brings_a_body_that_holds_its_arms_off_in_a_pose_alone(visitor: Visitor) -> None:
    def clothes(pose: str, *worn: str, **more: object) -> dict[str, list[dict[str, object]]]:
        look = {"garment": [{"id": each} for each in worn], "pose": pose}
        answer = visitor.ask("/update_cloth", measurements={"stature": 170}, look=look, **more)
        assert answer.status_code == 200, answer.text
        told: dict[str, list[dict[str, object]]] = answer.get_json()
        return told

    def has_body(told: dict[str, list[dict[str, object]]]) -> bool:
        return any(part["name"] == "body" for part in told["parts"])

    one, two = clothes("relaxed", "shirt"), clothes("relaxed", "shirt", "jacket")
    assert two["stance"] == "heels 0 mm, arms 8 mm"
    assert [has_body(one), has_body(two)] == [False, True]
    assert not has_body(clothes("relaxed", "shirt", "jacket", stance=two["stance"]))
    assert has_body(clothes("relaxed", "shirt", stance=two["stance"]))
    assert not has_body(clothes("a_pose", "shirt", "jacket"))


def test_other_heels_bring_another_body_with_the_clothes(visitor: Visitor) -> None:
    def clothes(shoes: str, **more: object) -> dict[str, list[dict[str, object]]]:
        look = {"garment": [{"id": shoes}], "pose": "a_pose"}
        answer = visitor.ask("/update_cloth", measurements={"stature": 170}, look=look, **more)
        assert answer.status_code == 200, answer.text
        told: dict[str, list[dict[str, object]]] = answer.get_json()
        return told

    flat, high = clothes("flats"), clothes("court-shoes")
    assert (flat["stance"], high["stance"]) == ("heels 0 mm, arms 0 mm", "heels 70 mm, arms 0 mm")
    assert [any(part["name"] == "body" for part in told["parts"]) for told in (flat, high)] == [False, True]
    lift = high["lift_m"]
    assert points(part(high, "court-shoes"))[:, 2].min() + lift == pytest.approx(0.0, abs=2 * STEP_M)  # type: ignore[operator]
    assert points(part(high, "body"))[:, 2].min() + lift == pytest.approx(0.005, abs=0.0015)  # type: ignore[operator]
    assert not any(part["name"] == "body" for part in clothes("court-shoes", stance=high["stance"])["parts"])
    (back,) = [part for part in clothes("flats", stance=high["stance"])["parts"] if part["name"] == "body"]
    assert points(back)[:, 2].min() == 0.0
    answer = visitor.ask("/update_cloth", measurements={"stature": 170}, stance=70)
    assert (answer.status_code, "stance" in answer.get_json()["detail"]) == (422, True)
