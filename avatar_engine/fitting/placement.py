# SPDX-License-Identifier: GPL-3.0-or-later
"""Where every panel starts: wrapped around the body's tubes (torso, arms, legs), so that seams are nearly closed."""

from __future__ import annotations

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.fitting.dimensions import armpit_height, landmark, neck_point, waist_height
from avatar_engine.fitting.sections import FloatArray, level, part_edges, resampled, section
from avatar_engine.fitting.sew import PanelMesh, SewnMesh

AROUND = 128
STEP = 0.015
SLACK = {"torso": 0.02, "leg": 0.012, "sleeve": 0.014}


class Tube:
    """A stack of convex outlines by height; a turn of 0 is where ``start_angle`` looks, anticlockwise from there."""

    def __init__(self, body: Body, part: str, low: float, high: float, start_angle: float) -> None:
        levels = np.arange(low, high, STEP)
        found = [(z, level(body.vertices, part_edges(part), z)) for z in levels]
        kept = [(z, outline) for z, outline in found if len(outline) > 2]
        self.heights = np.array([z for z, _ in kept])
        self.outlines = np.stack([resampled(outline, AROUND, start_angle) for _, outline in kept])
        self.centres = 0.5 * (self.outlines.min(axis=1) + self.outlines.max(axis=1))

    def girth(self, z: FloatArray) -> FloatArray:
        """(n,) lengths around at heights ``z`` (n,), metres."""
        around = np.linalg.norm(self.outlines - np.roll(self.outlines, 1, axis=1), axis=2).sum(axis=1)
        return np.asarray(np.interp(z, self.heights, around))

    def at(self, z: FloatArray, turn: FloatArray, slack: float | FloatArray) -> FloatArray:
        """(n, 3) points at heights ``z`` (n,) and fractions of a turn (n,), pushed out by ``slack`` metres."""
        row = np.clip(np.interp(z, self.heights, np.arange(len(self.heights))), 0, len(self.heights) - 1.001)
        low, share = row.astype(int), (row % 1.0)[:, None]
        column = (turn % 1.0) * AROUND
        left, across = column.astype(int) % AROUND, (column % 1.0)[:, None]
        right = (left + 1) % AROUND
        flat = np.zeros((len(z), 2))
        for rows, weight in ((low, 1.0 - share), (low + 1, share)):
            flat += weight * ((1.0 - across) * self.outlines[rows, left] + across * self.outlines[rows, right])
        centre = (1.0 - share) * self.centres[low] + share * self.centres[low + 1]
        away = flat - centre
        away *= 1.0 + slack / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.02)
        return np.column_stack([centre + away, z])


class BodyTubes:
    """The tubes of one body in its A-pose."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.neck = float(neck_point(body)[2])
        self.waist = waist_height(body)
        self.crotch = float(landmark(body, "crotch")[2])
        shoulder = armpit_height(body) + 0.045
        self.torso = Tube(body, "torso", 0.06, shoulder, -0.5 * np.pi)
        self.legs = {
            side: Tube(body, f"leg_{side[0]}", 0.06, self.crotch - 0.005, np.pi if side == "left" else 0.0)
            for side in ("left", "right")
        }

    def place(self, mesh: SewnMesh) -> FloatArray:
        """First positions of all welded vertices, (count, 3)."""
        places: dict[str, FloatArray] = {}
        for panel in mesh.panels:
            tube = panel.panel.placement.tube
            if tube != "band":
                places[panel.panel.name] = getattr(self, f"_{tube}")(panel)
        for panel in mesh.panels:
            if panel.panel.placement.tube == "band":
                places[panel.panel.name] = self._band(panel, mesh, places)
        return mesh.weld([places[panel.panel.name] for panel in mesh.panels])

    def _torso(self, mesh: PanelMesh) -> FloatArray:
        x, y = mesh.points.T
        side = next(edge.points for edge in mesh.panel.edges if edge.name in ("side_left", "side")) * 0.01
        order = np.argsort(side[:, 1])
        half = np.interp(y, side[order, 1], np.abs(side[order, 0]))
        turn = 0.25 * np.clip(x / half, -1.0, 1.0)
        if mesh.panel.placement.sector == "back":
            turn = turn + 0.5
        return self.torso.at(self.neck + 0.015 + y, turn, SLACK["torso"])

    def _skirt(self, mesh: PanelMesh) -> FloatArray:
        """A tube from the waist down, as wide as its cloth where that is wider than the body."""
        sector = mesh.panel.placement.sector
        x, y = mesh.points.T
        sides = [edge.points * 0.01 for edge in mesh.panel.edges if edge.name.startswith("side")]
        side = sides[0][np.argsort(sides[0][:, 1])]
        half = np.interp(y, side[:, 1], np.abs(side[:, 0]))
        turn = 0.25 * np.clip(x / half, -1.0, 1.0) + (0.5 if sector.startswith("back") else 0.0)
        spare = (4.0 * half - self.torso.girth(self.waist + y)) / (2.0 * np.pi)
        return self.torso.at(self.waist + y, turn, np.maximum(spare, SLACK["leg"])[:, None])

    def _leg(self, mesh: PanelMesh) -> FloatArray:
        half, side = mesh.panel.placement.sector.split("_")
        y = mesh.points[:, 1]
        inner, outer = self._seams(mesh)
        share = np.clip((mesh.points[:, 0] - inner) / (outer - inner), 0.0, 1.0)
        z = self.waist + y
        quarter = 0.25 * share if half == "front" else 0.5 - 0.25 * share
        upper = self.torso.at(z, quarter if side == "left" else -quarter, SLACK["leg"])
        anticlockwise = (half == "front") == (side == "left")
        around = 0.5 * share if anticlockwise else 1.0 - 0.5 * share
        # A leg wider than the body's stands off on the outer side, where there is room.
        down = np.minimum(z, self.crotch - 0.01)
        spare = np.maximum(
            (2.0 * np.abs(outer - inner) - self.legs[side].girth(down)) / (2.0 * np.pi) - SLACK["leg"], 0.0
        )
        lower = self.legs[side].at(down, np.clip(around, 0.001, 0.999), (SLACK["leg"] + spare)[:, None])
        lower[:, 0] += spare * (1.0 if side == "left" else -1.0)
        lower[:, 2] = z
        away = np.abs(lower[:, 0])
        lower[:, 0] = np.maximum(away, 0.002) * (1.0 if side == "left" else -1.0)
        blend = np.clip((z - self.crotch + 0.01) / 0.09, 0.0, 1.0)[:, None]
        blend = blend * blend * (3.0 - 2.0 * blend)
        return np.asarray((1.0 - blend) * lower + blend * upper)

    def _seams(self, mesh: PanelMesh) -> tuple[FloatArray, FloatArray]:
        """Places across a leg panel of crotch seam and inseam, and of the outseam, at each point's height."""
        edges = {edge.name: edge.points * 0.01 for edge in mesh.panel.edges}
        chains = []
        for names in (("crotch", "inseam"), ("outseam",)):
            chain = np.concatenate([edges[name] for name in names])
            order = np.argsort(chain[:, 1], kind="stable")
            chains.append(np.interp(mesh.points[:, 1], chain[order, 1], chain[order, 0]))
        return chains[0], chains[1]

    def arm_axis(self, side: str) -> FloatArray:
        """Shoulder, elbow and wrist, (3, 3), of one side."""
        sign = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
        return np.stack([landmark(self.body, name) * sign for name in ("shoulder_left", "elbow_left", "wrist_left")])

    def _sleeve(self, mesh: PanelMesh) -> FloatArray:
        side = mesh.panel.placement.sector
        sign = 1.0 if side == "left" else -1.0
        edges = {edge.name: edge.points * 0.01 for edge in mesh.panel.edges}
        x, y = mesh.points.T
        underarm = edges["cap_front"][[0, -1], 1].min()
        chains = [edges[f"under_{half}"][np.argsort(edges[f"under_{half}"][:, 1])] for half in ("front", "back")]
        ends = [np.interp(np.minimum(y, underarm), chain[:, 1], np.abs(chain[:, 0])) for chain in chains]
        front = (x * sign) < 0.0
        angle = np.pi * np.clip(np.abs(x) / np.where(front, ends[0], ends[1]), 0.0, 1.0)
        axis = self.arm_axis(side)
        reach = -y
        centre, along = _along(axis, reach)
        radius = self._arm_radius(axis, reach, side) + SLACK["sleeve"]
        top = np.array([0.0, 0.0, 1.0]) - along[:, 2:] * along
        top /= np.linalg.norm(top, axis=1, keepdims=True)
        ahead = np.cross(top, along) * sign
        ahead *= np.sign(-ahead[:, 1:2])
        turned = np.cos(angle)[:, None] * top + (np.sin(angle) * np.where(front, 1.0, -1.0))[:, None] * ahead
        return np.asarray(centre + radius[:, None] * turned)

    def _arm_radius(self, axis: FloatArray, reach: FloatArray, side: str) -> FloatArray:
        """Largest distance of the arm's skin from its axis near each reach, metres."""
        edges = part_edges(f"arm_{side[0]}")
        samples = np.linspace(0.05, 1.0, 16) * float(np.linalg.norm(np.diff(axis, axis=0), axis=1).sum())
        centres, along = _along(axis, samples)
        widest = []
        for centre, normal in zip(centres, along, strict=True):
            points = section(self.body.vertices, edges, centre, normal)
            away = np.linalg.norm(points - centre, axis=1)
            widest.append(float(away[away < 0.14].max(initial=0.03)))
        return np.asarray(np.interp(reach, samples, np.maximum(widest, 0.0)))

    def _cone(self, mesh: PanelMesh) -> FloatArray:
        """A circle skirt hanging in flutes: as much cloth around as the circle has, at a narrower radius."""
        x, y = mesh.points.T
        radius = np.hypot(x, y)
        inner = float(radius.min())
        spread = float(np.ptp(np.arctan2(y[radius < inner * 1.001], x[radius < inner * 1.001])))
        turn = (np.arctan2(y, x) + 0.5 * np.pi) / spread * 0.5
        if mesh.panel.placement.sector == "back":
            turn = turn + 0.5
        down = radius - inner
        drop = down * np.cos(np.radians(28.0))
        ring = self.torso.at(np.maximum(self.waist - drop, self.crotch), turn, 0.015)
        base = self.torso.at(np.full_like(drop, self.waist), turn, 0.015)
        centre = self.torso.centres[np.searchsorted(self.torso.heights, self.waist)]
        outward = base[:, :2] - centre
        outward /= np.linalg.norm(outward, axis=1, keepdims=True)
        flat = base[:, :2] + outward * (down * np.sin(np.radians(28.0)))[:, None]
        swing = 0.24 * 2.0 * np.pi * down / 16.0 * np.sin(2.0 * np.pi * 16.0 * turn + 1.3 * np.sin(6.0 * np.pi * turn))
        wide = np.maximum(np.linalg.norm(flat - centre, axis=1), np.linalg.norm(ring[:, :2] - centre, axis=1))
        return np.column_stack([centre + outward * (wide + swing)[:, None], self.waist - drop])

    def _band(self, mesh: PanelMesh, sewn: SewnMesh, places: dict[str, FloatArray]) -> FloatArray:
        """A band starts from the edges it is sewn to, moved straight away from them."""
        by_name = {panel.panel.name: panel for panel in sewn.panels}
        xs, points = [], []
        for seam in sewn.pattern.seams:
            if seam.second[0] == mesh.panel.name and seam.first[0] in places:
                other = by_name[seam.first[0]]
                xs.append(mesh.points[mesh.edges[seam.second[1]], 0])
                points.append(places[seam.first[0]][other.edges[seam.first[1]]][::-1])
        x, target = np.concatenate(xs), np.concatenate(points)
        order = np.argsort(x, kind="stable")
        base = np.stack([np.interp(mesh.points[:, 0], x[order], target[order, axis]) for axis in range(3)], axis=1)
        sewn_at = mesh.points[mesh.edges["join_0"][0], 1]
        away = np.abs(mesh.points[:, 1] - sewn_at)
        return np.asarray(base + away[:, None] * self._band_direction(mesh.panel.placement.sector))

    def _band_direction(self, sector: str) -> FloatArray:
        if sector in ("up", "over", "down"):
            return np.array([0.0, 0.0, -1.0 if sector == "down" else 1.0])
        kind, side = sector.split("_")
        axis = self.arm_axis(side)
        along = axis[2] - axis[1] if kind == "arm" else axis[1] - axis[0]
        return np.asarray(along / np.linalg.norm(along))


def _along(axis: FloatArray, reach: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points and unit directions at distances along a bent axis (straight on beyond both ends)."""
    upper = float(np.linalg.norm(axis[1] - axis[0]))
    first, second = (axis[1] - axis[0]) / upper, (axis[2] - axis[1]) / np.linalg.norm(axis[2] - axis[1])
    bent = (reach > upper)[:, None]
    points = np.where(bent, axis[1] + (reach[:, None] - upper) * second, axis[0] + reach[:, None] * first)
    share = np.clip((reach - upper + 0.06) / 0.12, 0.0, 1.0)[:, None]
    direction = (1.0 - share) * first + share * second
    return points, np.asarray(direction / np.linalg.norm(direction, axis=1, keepdims=True))
