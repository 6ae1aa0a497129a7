# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair for the viewer: grown once on the average body, and carried to other bodies with the head."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from PIL import Image

from avatar_engine.appearance import build_appearance
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import FloatArray, IntArray, load_template
from avatar_engine.fitting.cloth import nearest_ids
from avatar_engine.look import BeardChoice, HairChoice
from render_service.portal.api.coding import STEP_M, coded, coded_positions

UV_STEPS, NORMAL_STEPS = 65535, 32767
HEAD_SHARE = 0.95  # of a vertex's weights that belong to the head's bone, for the head to be told by it
# Metres from the skin within which strips move with it as their roots do, and beyond which with the head as a whole.
CLOSE_M, FAR_M = 0.008, 0.05
SHARE_STEPS = 65535
KEPT = 24


@dataclass(frozen=True)
class Hair:
    """A style in a colour: its mesh as the viewer reads it, and its texture as a PNG."""

    mesh: dict[str, Any]
    texture: bytes


@lru_cache(maxsize=KEPT)
def hair(chosen: HairChoice, beard: BeardChoice) -> Hair:
    """Hair, brows, lashes and beard on the average body; takes seconds the first time. Raises ``LookError``."""
    cards = build_appearance(
        load_shape_space().mean_body(),
        style=chosen.style,
        hair=chosen.colour,
        roots=chosen.roots,
        highlights=chosen.highlights,
        grey=chosen.grey / 100.0,
        beard=beard.style,
        beard_colour=beard.colour,
    ).cards()
    stream = io.BytesIO()
    Image.fromarray(cards.texture).save(stream, "PNG", optimize=True)
    mesh: dict[str, Any] = {
        "step_m": STEP_M,
        "positions": coded_positions(cards.vertices),
        "normals": coded(np.round(cards.normals * NORMAL_STEPS)),
        "uvs": coded(np.round(cards.uvs.clip(0.0, 1.0) * UV_STEPS)),
        "index": coded(cards.triangles),
        "skin": _skin_below(cards.vertices),
    }
    return Hair(mesh, stream.getvalue())


def _skin_below(strips: FloatArray) -> dict[str, str]:
    """What of the average head's skin strips move with: brows with the brow of whoever wears them.

    ``ids`` (k,) vertices of the body, their places ``rest`` (k, 3), ``nearest`` (n,) of those to a strip's vertex, and
    how much of that one's motion it takes part in, ``share`` (n,).
    """
    vertices, head = load_shape_space().mean_body().vertices, _head()
    nearest = nearest_ids(strips, vertices[head])
    away = np.linalg.norm(strips - vertices[head[nearest]], axis=1)
    share = np.interp(away, [CLOSE_M, FAR_M], [1.0, 0.0])
    used, nearest = np.unique(nearest, return_inverse=True)
    return {
        "ids": coded(head[used][:, None]),
        "rest": coded_positions(vertices[head[used]]),
        "nearest": coded(nearest.reshape(-1, 1)),
        "share": coded(np.round(share * SHARE_STEPS)[:, None]),
    }


def head_motion(vertices: FloatArray) -> list[float]:
    """The affine motion of the average body's head to this body's: (3, 4) row by row, metres, the engine's frame.

    Parameters
    ----------
    vertices : (13718, 3) in any pose
    """
    ids = _head()
    start = np.concatenate([load_shape_space().mean_body().vertices[ids], np.ones((len(ids), 1))], axis=1)
    motion = np.linalg.lstsq(start, vertices[ids], rcond=None)[0].T
    return [round(float(value), 6) for value in motion.ravel()]


@cache
def _head() -> IntArray:
    template = load_template()
    ids = np.intersect1d(np.flatnonzero(template.bone_share("head") > HEAD_SHARE), template.outer_triangles)
    return ids.astype(np.int32)
