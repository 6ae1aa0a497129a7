# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be ordered: views and qualities, as the makers of pictures know them, with their names."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

TURNS = 12  # pictures of a turntable


@dataclass(frozen=True)
class Shot:
    """One picture: a framing of ``blender_addon.scene.camera``, and how far the camera walks on around the person."""

    view: str
    framing: str
    turn_deg: float = 0.0


TURNTABLE = "turntable"
VIEWS: dict[str, LazyString] = {
    "front": _("Front"),
    "three_quarter": _("Three-quarter"),
    "side": _("Side"),
    "back": _("Back"),
    "close_up": _("Close-up"),
    TURNTABLE: _("Turntable"),
}
# Presets of ``blender_addon.scene``.
QUALITIES: dict[str, LazyString] = {
    "draft": _("Quick, 400 × 600"),
    "standard": _("Standard, 800 × 1200"),
    "final": _("Fine, 1600 × 2400"),
}
STEPS: dict[str, LazyString] = {
    "dressing": _("Putting on the clothes"),
    "backdrop": _("Lighting the studio"),
    "samples": _("Taking the picture"),
    "developing": _("Developing"),
    "done": _("Developing"),
}
REASONS: dict[str, LazyString] = {
    "worker_gone": _("The program that makes pictures ended in between."),
    "time_limit": _("It took longer than this site allows. A lower quality or fewer views may do."),
    "disk_full": _("There is no room left for pictures on this server. Its operator has to make some."),
    "unexpected": _("Something went wrong on our side. The operator finds it in the log."),
}


def shots(views: list[str]) -> list[Shot]:
    """The pictures of an order, in their order."""
    found = [Shot(view, view) for view in views if view != TURNTABLE]
    if TURNTABLE in views:
        found += [Shot(TURNTABLE, "front", 360.0 * turn / TURNS) for turn in range(TURNS)]
    return found
