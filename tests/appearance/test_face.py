# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.appearance import Appearance, load_palette
from avatar_engine.appearance.eyes import eye_texture
from avatar_engine.appearance.freckles import draw_spots
from avatar_engine.appearance.head import average_vertices, eye_ids, frame_of, head_frame
from avatar_engine.appearance.palette import hair_colour, skin_albedo, to_linear
from avatar_engine.appearance.skin import skin_texture
from avatar_engine.body.template import BoolArray, FloatArray, IntArray, load_template, triangulate


def test_brows_sit_above_the_eyes_on_every_body(looks: dict[tuple[str, str], Appearance]) -> None:
    for look in looks.values():
        local = frame_of(look.vertices).local(look.brows.points)
        assert np.all((local[..., 2] > 0.08) & (local[..., 2] < 0.40))
        assert np.all((np.abs(local[..., 0]) > 0.05) & (np.abs(local[..., 0]) < 0.62))
        assert 100 <= np.sum(look.brows.points[:, 0, 0] > 0) <= 440
        np.testing.assert_allclose(look.brow_roots.place(look.vertices), look.brows.points[:, 0], atol=1e-12)


def test_lashes_start_at_the_lids_and_leave_the_eye(looks: dict[tuple[str, str], Appearance]) -> None:
    for look in looks.values():
        for side, sign in (("left", 1), ("right", -1)):
            eye = look.vertices[eye_ids(side)].mean(axis=0)
            mine = look.lashes.points[look.lashes.points[:, 0, 0] * sign > 0]
            reach = np.linalg.norm(mine - eye, axis=2)
            assert len(mine) > 150
            assert np.all(reach[:, 0] < 0.019)
            assert np.all(reach[:, -1] > reach[:, 0] + 0.001)


def test_eyes_take_the_place_of_the_templates(looks: dict[tuple[str, str], Appearance]) -> None:
    for look in looks.values():
        for eye in look.eyes:
            old = look.vertices[eye_ids(eye.side)]
            centre = (old.min(axis=0) + old.max(axis=0)) / 2
            radius = np.linalg.norm(old - centre, axis=1).mean()
            reach = np.linalg.norm(eye.vertices - centre, axis=1)
            assert reach.max() == pytest.approx(radius, rel=0.01)
            clear = np.linalg.norm(eye.cornea_vertices - centre, axis=1)
            assert clear.min() > radius
            assert 0.0005 < clear.max() - radius < 0.0012


def _outwards(vertices: FloatArray, faces: IntArray, centres: FloatArray) -> BoolArray:
    """(f,) which quads look away from the ``centres`` (f, 3)."""
    corners = vertices[faces]
    normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    return np.einsum("fi,fi->f", normals, corners.mean(axis=1) - centres) > 0


def test_every_face_of_an_eye_looks_outwards(looks: dict[tuple[str, str], Appearance]) -> None:
    for eye in next(iter(looks.values())).eyes:
        centre = eye.vertices.mean(axis=0)[None]
        assert _outwards(eye.shell, eye.faces, centre).all()
        assert _outwards(eye.cornea_vertices, eye.cornea_faces, centre).all()
        middles = eye.tear_vertices.reshape(-1, 6, 3).mean(axis=1)
        assert _outwards(eye.tear_vertices, eye.tear_faces, np.repeat(middles[:-1], 6, axis=0)).all()


def test_the_cornea_is_steeper_than_the_ball(looks: dict[tuple[str, str], Appearance]) -> None:
    # Lights mirror within the iris since the cornea turns further than the ball there (Gullstrand: 7.8 mm to 12).
    look_at = next(iter(looks.values()))
    for eye in look_at.eyes:
        apex = eye.cornea_vertices[eye.cornea_vertices[:, 1].argmin()]
        near = eye.cornea_vertices[np.linalg.norm(eye.cornea_vertices - apex, axis=1) < 0.003]
        fit = np.linalg.lstsq(np.column_stack([2 * near, np.ones(len(near))]), (near**2).sum(axis=1), rcond=None)[0]
        cap = np.sqrt(fit[3] + (fit[:3] ** 2).sum())
        whole = look_at.vertices[eye_ids(eye.side)]
        ball = (whole.max(axis=0) - whole.min(axis=0)).mean() / 2
        assert 0.55 < cap / ball < 0.70


@pytest.mark.parametrize("key", sorted(load_palette().eyes))
def test_an_eye_has_a_black_pupil_a_coloured_iris_and_a_dull_white(key: str) -> None:
    texture = eye_texture(load_palette().eyes[key], seed=1, size=256)
    middle = texture.shape[0] // 2
    assert texture[middle - 3 : middle + 3, middle - 3 : middle + 3].max() < 12
    assert texture.max() < 225
    light = to_linear(texture / 255.0)
    assert light.reshape(-1, 3).max() < 0.62


@pytest.mark.parametrize("size", [256, 512, 1024])
@pytest.mark.parametrize("tone", [1, 5, 10])
def test_skin_textures_show_their_tone_at_every_size(tone: int, size: int) -> None:
    texture = skin_texture(tone, hair_colour("brown"), 0.7, 0.4, seed=2, size=size)
    assert texture.shape == (size, size, 3)
    assert texture.dtype == np.uint8
    template = load_template()
    trunk = template.bone_share("spine_02", "spine_03")[template.quads].mean(axis=1) > 0.6
    uv = template.uvs[template.quad_uvs[trunk]].mean(axis=1)
    pixels = texture[((1 - uv[:, 1]) * size).astype(int), (uv[:, 0] * size).astype(int)]
    shown = to_linear(pixels / 255.0).mean(axis=0)
    np.testing.assert_allclose(shown, skin_albedo(tone), rtol=0.06)


def test_lips_are_redder_than_cheeks_and_the_scalp_takes_the_colour_of_the_hair() -> None:
    plain, dyed = (skin_texture(3, hair_colour(name), 0.7, 0.4, seed=2, size=512) for name in ("white", "black"))
    lips = plain[255:275, 460:474].reshape(-1, 3).mean(axis=0)
    cheek = plain[300:316, 440:452].reshape(-1, 3).mean(axis=0)
    assert lips[0] / lips[1] > 1.15 * cheek[0] / cheek[1]
    scalp = np.s_[180:220, 350:380]
    assert dyed[scalp].mean() < 0.85 * plain[scalp].mean()


def test_cheeks_nose_and_ears_are_warmer_than_the_forehead_on_light_skin() -> None:
    frame, vertices = head_frame(), average_vertices()
    places = {"forehead": (0.0, 0.55), "cheek": (0.40, -0.34), "nose": (0.0, -0.33), "jaw": (0.55, -0.62)}
    template = load_template()
    triangles = template.outer_triangles
    uvs = template.uvs[triangulate(template.quad_uvs[template.parts["skin"]])].mean(axis=1)
    texture = skin_texture(2, hair_colour("brown"), 0.0, 0.0, seed=2, size=1024).astype(float)
    warmth = {}
    for name, (x, z) in places.items():
        point = frame.world(np.array([x, -0.3, z]))
        middle = vertices[triangles].mean(axis=1)
        near = np.argsort(np.linalg.norm((middle - point) * [1, 0.3, 1], axis=1) + (middle[:, 1] > frame.origin[1]))[
            :12
        ]
        pixels = texture[((1 - uvs[near, 1]) * 1024).astype(int), (uvs[near, 0] * 1024).astype(int)].mean(axis=0)
        warmth[name] = pixels[0] / pixels[1]
    assert warmth["cheek"] > 1.06 * warmth["forehead"]
    assert warmth["nose"] > 1.05 * warmth["forehead"]
    assert warmth["cheek"] > 1.05 * warmth["jaw"]


def test_fair_people_have_freckles_by_their_seed_and_dark_ones_none() -> None:
    def specks(tone: int, seed: int) -> int:
        light = np.ones((1024, 1024, 3), dtype=np.float32)
        draw_spots(light, seed, 1.0 if tone == 1 else 0.0)
        return int((light.min(axis=2) < 0.99).sum())

    counts = [specks(1, seed) for seed in range(12)]
    assert counts == [specks(1, seed) for seed in range(12)]
    assert max(counts) > 3 * min(counts)
    assert max(specks(10, seed) for seed in range(12)) < 0.4 * max(counts)


def test_tears_lie_along_the_lower_lid(looks: dict[tuple[str, str], Appearance]) -> None:
    for look in looks.values():
        for eye in look.eyes:
            old = look.vertices[eye_ids(eye.side)]
            centre = (old.min(axis=0) + old.max(axis=0)) / 2
            radius = np.linalg.norm(old - centre, axis=1).mean()
            reach = np.linalg.norm(eye.tear_vertices - centre, axis=1) / radius
            assert np.all((reach > 0.9) & (reach < 1.15))
            assert np.median(eye.tear_vertices[:, 2]) < centre[2]
