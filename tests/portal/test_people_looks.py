# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair, skin and eyes in the viewer: nobody's, kept by browsers, and true to the body."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.avatar import build_body
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.look import Look
from avatar_engine.measurements import Person, complete
from blender_addon.scene.dressing import Order
from garments.catalogue import catalogue
from render_service.portal.api.coding import decoded
from render_service.portal.api.hair import head_motion
from tests.portal.conftest import LEA, Visitor


def test_hair_goes_where_the_head_goes() -> None:
    mean = load_shape_space().mean_body().vertices
    assert np.allclose(np.reshape(head_motion(mean), (3, 4)), np.eye(3, 4), atol=1e-5)
    tall = build_body(complete({"stature": 1.95}, "male")).body.vertices
    motion = np.reshape(head_motion(tall), (3, 4))
    crown = np.intersect1d(np.flatnonzero(load_template().bone_share("head") > 0.95), load_template().outer_triangles)
    carried = mean[crown] @ motion[:, :3].T + motion[:, 3]
    assert np.linalg.norm(carried - tall[crown], axis=1).mean() < 0.003
    assert abs(carried[:, 2].max() - tall[:, 2].max()) < 0.006


def test_people_have_the_face_of_their_pictures_and_of_their_files(visitor: Visitor) -> None:
    path = visitor.measure()
    person = path.rsplit("/", 1)[1]
    told = visitor.ask("/update_feature", person=person, look={"pose": "a_pose"}).get_json()
    (part,) = [part for part in told["parts"] if part["name"] == "body"]
    shown = decoded(part["positions"], 3).view(np.int16) * told["step_m"]
    tape = {key: float(value) / 100.0 for key, value in LEA.items() if key != "unit"}
    made = build_body(complete(tape))
    pictured = Order("", Person(0, person, complete(tape)), Look()).body()
    assert np.abs(shown - pictured.body.vertices).max() <= told["step_m"]
    moved = np.linalg.norm(shown - made.body.vertices, axis=1)
    assert 0.002 < moved.max() < 0.02
    surface = visitor.get(f"{path}/body.obj").text.splitlines()
    written = np.array([line.split()[1:] for line in surface if line.startswith("v ")], dtype=float)
    tip = int(moved.argmax())
    nearest = np.linalg.norm(written - shown[tip][[0, 2, 1]] * [1, 1, -1], axis=1).min()
    assert nearest < 0.0003


def test_brows_know_the_skin_that_they_grow_on(visitor: Visitor) -> None:
    told = visitor.get("/viewer/hair/shaved/black.json").get_json()
    strips = decoded(told["positions"], 3).view(np.int16) * told["step_m"]
    ids, rest, nearest, share = (
        decoded(told["skin"][key], columns) for key, columns in (("ids", 1), ("rest", 3), ("nearest", 1), ("share", 1))
    )
    places = rest.view(np.int16) * told["step_m"]
    assert np.abs(places - load_shape_space().mean_body().vertices[ids[:, 0]]).max() <= told["step_m"]
    away = np.linalg.norm(strips - places[nearest[:, 0]], axis=1)
    assert away.max() < 0.03
    assert (share[away < 0.0079, 0] == 65535).all()
    assert (away < 0.0079).mean() > 0.9


def test_a_style_in_a_colour_is_a_mesh_and_a_texture(visitor: Visitor) -> None:
    told = visitor.get("/viewer/hair/bob/auburn.json").get_json()
    points, corners = decoded(told["positions"], 3), decoded(told["index"], 3)
    assert corners.max() == len(points) - 1
    assert len(decoded(told["uvs"], 2)) == len(decoded(told["normals"], 3)) == len(points)
    heights = points.view(np.int16)[:, 2] * told["step_m"]
    crown = load_shape_space().mean_body().vertices[:, 2].max()
    assert crown < heights.max() < crown + 0.06
    with Image.open(io.BytesIO(visitor.get("/viewer/hair/bob/auburn.png").data)) as texture:
        assert texture.mode == "RGBA"


@pytest.mark.parametrize(
    "path",
    [
        "/viewer/hair/mohawk/auburn.json",
        "/viewer/hair/bob/plaid.png",
        "/viewer/skin/11.jpg",
        "/viewer/skin/5.jpg?hair.style=mohawk",
        "/viewer/skin/5.jpg?skin.undertone=plaid",
        "/viewer/skin/5.jpg?hair.grey=101",
        "/viewer/skin/5.jpg?skin.age=17",
        "/viewer/skin/5.jpg?skin.age=old",
        "/viewer/hair/bob/auburn.json?beard.style=goatee",
        "/viewer/relief/17.jpg",
        "/viewer/eyes/plaid.jpg",
        "/viewer/garment/..%2F..%2Fsecret.webp",
        "/viewer/style/mohawk.webp",
    ],
)
def test_what_nobody_has_is_not_there(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_skin_grows_darker_along_the_scale_and_is_kept_by_browsers(visitor: Visitor) -> None:
    light = []
    for tone in (1, 6, 10):
        answer = visitor.get(f"/viewer/skin/{tone}.jpg")
        assert "public" in answer.headers["Cache-Control"]
        with Image.open(io.BytesIO(answer.data)) as picture:
            light.append(np.asarray(picture).mean())
    assert light == sorted(light, reverse=True)


def test_lines_of_age_are_in_relief(visitor: Visitor) -> None:
    spread = []
    for age in (18, 50, 80):
        with Image.open(io.BytesIO(visitor.get(f"/viewer/relief/{age}.jpg").data)) as picture:
            spread.append(np.asarray(picture)[..., :2].std())
    assert spread == sorted(set(spread))


def test_beards_grey_hair_and_undertones_show_in_the_viewer(visitor: Visitor) -> None:
    def mean(path: str) -> np.ndarray:
        with Image.open(io.BytesIO(visitor.get(path).data)) as picture:
            return np.asarray(picture.convert("RGB")).reshape(-1, 3).mean(axis=0)

    plain, warm, bearded = (
        mean(f"/viewer/skin/4.jpg?hair.style=shaved{more}")
        for more in ("", "&skin.undertone=warm", "&beard.style=full")
    )
    assert warm[2] < plain[2] - 5
    assert bearded.sum() < plain.sum() - 1
    dark, grey = (mean(f"/viewer/hair/shaved/black.png?hair.grey={share}") for share in (0, 80))
    assert grey.mean() > dark.mean() + 20
    shaven, full = (
        len(decoded(visitor.get(f"/viewer/hair/shaved/black.json?beard.style={beard}").get_json()["index"], 3))
        for beard in ("none", "full")
    )
    assert full - shaven == 4 * beards()["full"].ribbons


def test_every_garment_and_every_style_on_offer_has_a_picture(visitor: Visitor) -> None:
    page = visitor.get(visitor.measure()).text
    pictures = re.findall(r'src="(/viewer/(?:garment|style)/[^"]+)"', page)
    assert len(pictures) == len(catalogue()) - 1 + len(hair_styles())
    for path in pictures:
        answer = visitor.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
