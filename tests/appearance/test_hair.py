# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
from scipy.spatial import cKDTree

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.appearance.head import average_vertices, head_frame
from avatar_engine.appearance.scalp import density
from avatar_engine.appearance.strands import arc_lengths, resample
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template


def depth_in_body(points: np.ndarray, vertices: np.ndarray) -> np.ndarray:
    """How deep points lie inside the outer skin, metres; measured against its triangles, finely sampled."""
    triangles = load_template().outer_triangles
    corners = vertices[triangles]
    corners = corners[corners[:, :, 2].max(axis=1) > points[:, 2].min() - 0.03]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-15
    steps = [(i / 6, j / 6) for i in range(7) for j in range(7 - i)]
    weights = np.array([(1 - u - v, u, v) for u, v in steps])
    samples = np.einsum("sk,mkc->msc", weights, corners).reshape(-1, 3)
    gap, nearest = cKDTree(samples).query(points, k=4)
    offset = points[:, None] - samples[nearest]
    behind = -np.einsum("nki,nki->nk", offset, np.repeat(normals, len(steps), axis=0)[nearest])
    # Behind the surface only when it is behind every triangle that is nearly as close.
    close = gap < gap[:, :1] + 0.0005
    return np.where(close, np.minimum(behind, gap), np.inf).min(axis=1)


def test_roots_lie_on_the_scalp_and_strands_start_there(looks: dict[tuple[str, str], Appearance]) -> None:
    for look in looks.values():
        np.testing.assert_allclose(look.hair_roots.place(look.vertices), look.hair.points[:, 0], atol=1e-12)
        assert density(look.hair_roots.place(average_vertices())).min() > 0


def test_the_hairline_leaves_face_ears_and_neck_bare() -> None:
    frame = head_frame()
    bare = {"brow": (0, -0.2, 0.25), "cheek": (0.5, 0.0, -0.3), "ear": (0.75, 0.7, -0.15), "neck": (0, 1.3, -0.9)}
    covered = {
        "crown": (0, 0.6, 1.0),
        "back": (0, 1.5, 0.2),
        "above the ear": (0.66, 0.70, 0.16),
        "before the ear": (0.63, 0.45, 0.02),
        "behind the ear": (0.68, 0.98, -0.05),
    }
    assert {name: float(density(frame.world(np.array([place])))[0]) for name, place in bare.items()} == dict.fromkeys(
        bare, 0.0
    )
    assert min(float(density(frame.world(np.array([place])))[0]) for place in covered.values()) == 1.0


def test_no_hair_enters_the_body(looks: dict[tuple[str, str], Appearance]) -> None:
    for (name, style), look in looks.items():
        depth = depth_in_body(look.hair.points.reshape(-1, 3), look.vertices)
        # In the deep folds of extreme necks a few points may be a little deeper.
        assert depth.max() < (0.001 if name == "average" else 0.0015), (
            f"{style} hair on {name}: {depth.max() * 1000:.2f} mm deep"
        )


def test_long_hair_reaches_the_shoulders_and_leaves_the_face_free(looks: dict[tuple[str, str], Appearance]) -> None:
    for (_, style), look in looks.items():
        if style != "long":
            continue
        shoulder = look.vertices[load_template().landmarks["acromion_left"], 2].mean()
        tips = look.hair.points[:, -1, 2]
        assert np.mean(tips < shoulder) > 0.5
        assert tips.min() > shoulder - 0.25
        eyes = np.mean([eye.vertices.mean(axis=0) for eye in look.eyes], axis=0)
        points = look.hair.points.reshape(-1, 3)
        in_front = (np.abs(points[:, 0]) < 0.03) & (points[:, 1] < eyes[1])
        before_face = in_front & (np.abs(points[:, 2] - eyes[2] + 0.03) < 0.06)
        assert before_face.mean() < 0.0005


def test_hair_lies_over_clothes(bodies: dict[str, Body]) -> None:
    body = bodies["average"]
    template = load_template()
    posed = pose_body(body, "relaxed")
    normals = posed.vertices * 0
    corners = posed.vertices[template.outer_triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    for k in range(3):
        np.add.at(normals, template.outer_triangles[:, k], face)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    shirt = posed.vertices + 0.008 * normals
    neck = posed.vertices[template.landmarks["neck_base"], 2].mean()
    triangles = template.outer_triangles[shirt[template.outer_triangles][..., 2].max(axis=1) < neck]
    look = build_appearance(body, posed, style="long", cover=[(shirt, triangles)], seed=3)
    points = look.hair.points.reshape(-1, 3)
    low = points[points[:, 2] < neck - 0.03]
    # The shirt is 8 mm off the skin; where it meets itself in the armpits there is no way between.
    assert np.quantile(depth_in_body(low, posed.vertices), 0.999) < -0.005


def test_the_same_seed_gives_the_same_hair_and_another_gives_other_hair(bodies: dict[str, Body]) -> None:
    first, again, other = (build_appearance(bodies["average"], style="short", seed=seed) for seed in (5, 5, 6))
    assert first.hair.points.tobytes() == again.hair.points.tobytes()
    assert first.skin_texture(256).tobytes() == again.skin_texture(256).tobytes()
    assert first.hair.points.tobytes() != other.hair.points.tobytes()


def test_strands_taper_and_vary(looks: dict[tuple[str, str], Appearance]) -> None:
    for look in looks.values():
        for strands in (look.hair, look.brows, look.lashes):
            assert np.all(np.diff(strands.radii, axis=1) <= 0)
            assert np.all((strands.radii > 0) & (strands.radii < 0.0001))
            assert np.isfinite(strands.points).all()
        assert look.hair.variation.std() > 0.2
        lengths = arc_lengths(look.hair.points)[:, -1]
        assert lengths.std() / lengths.mean() > 0.05


def test_a_straight_strand_cut_to_half_keeps_its_line() -> None:
    line = np.linspace(0, 1, 6)[None, :, None] * np.array([0.0, 0.0, -0.2])
    cut = resample(line, np.array([0.1]), 5)
    np.testing.assert_allclose(cut[0, :, 2], [0, -0.025, -0.05, -0.075, -0.1], atol=1e-12)
