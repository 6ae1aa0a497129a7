# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put on a garment once it is sewn: patches, buttons, studs, loops, cords, creases, pleats. Centimetres."""

from __future__ import annotations

from dataclasses import dataclass

from garments.curves import Points


@dataclass(frozen=True)
class Patch:
    """Cloth laid on a panel, such as a pocket or a placket.

    Parameters
    ----------
    outline : (n, 2) convex, counter-clockwise, in the panel's coordinates
    lift_cm : how far it stands out; what is only stitched on from inside, as a fly, hardly does
    piece : name of the pattern piece that is cut for it; none where it is folded from the panel or cut with another
    """

    panel: str
    outline: Points
    slot: str = "body"
    lift_cm: float = 0.14
    piece: str = ""


@dataclass(frozen=True)
class Topstitch:
    """Stitches that show, along a line (n, 2) of a panel; ``rows`` of them, to the left of the line as it runs.

    ``lift_cm``: how far they lie over the cloth, more where that is a patch.
    """

    panel: str
    line: Points
    rows: int = 1
    lift_cm: float = 0.05
    slot: str = "body"


@dataclass(frozen=True)
class Button:
    """A round button; ``at`` (2,) in the panel's coordinates."""

    panel: str
    at: Points
    radius_cm: float = 0.55
    slot: str = "buttons"


@dataclass(frozen=True)
class Stud:
    """A snap or rivet, which needs no buttonhole; ``at`` (2,) in the panel's coordinates.

    ``lift_cm``: how far it lies over the cloth, more where that is a patch.
    """

    panel: str
    at: Points
    radius_cm: float = 0.45
    lift_cm: float = 0.1
    slot: str = "buttons"


@dataclass(frozen=True)
class Cord:
    """A round cord that lies along a line (n, 2) of a panel: a drawstring."""

    panel: str
    line: Points
    width_cm: float = 0.5
    slot: str = "trim"


@dataclass(frozen=True)
class Loop:
    """A strip sewn on at both ends of a line (2, 2) and standing off between them: a belt loop."""

    panel: str
    line: Points
    width_cm: float = 1.0
    rise_cm: float = 0.25
    slot: str = "body"


@dataclass(frozen=True)
class Crease:
    """A fold pressed into a panel along a line (n, 2), which runs out at its last point."""

    panel: str
    line: Points
    slot: str = "body"


@dataclass(frozen=True)
class Pleats:
    """Knife pleats folded into a skirt's panel, which is cut as wide as the pleated cloth.

    Parameters
    ----------
    count : pleats across the panel
    under_cm : how far each reaches under the next; twice that of cloth is folded away
    waist_cm, hem_cm : how far their outer folds stand out
    """

    panel: str
    count: int
    under_cm: float
    waist_cm: float
    hem_cm: float
    slot: str = "body"


@dataclass(frozen=True)
class Puff:
    """Thick, soft cloth in place of a folded-over panel: a hood that lies on the back, rolled along its fold.

    Parameters
    ----------
    roll_cm : how thick the roll along the fold is
    back_cm : how far the pouch stands off at the centre of the back
    """

    panel: str
    roll_cm: float
    back_cm: float
    slot: str = "body"


@dataclass(frozen=True)
class Stowed:
    """A folded-over panel pushed inside what is worn over it, such as a hood under a jacket: neither shown nor felt."""

    panel: str
    slot: str = "body"


Trim = Patch | Topstitch | Button | Stud | Cord | Loop | Crease | Pleats | Puff | Stowed
