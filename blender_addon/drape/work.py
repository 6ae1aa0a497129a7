# SPDX-License-Identifier: GPL-3.0-or-later
"""The fine drape, in a Blender of its own (see ``jobs``)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from avatar_engine.body.pose import REST
from avatar_engine.fitting import fit_outfit
from avatar_engine.look import GarmentChoice

from .. import engine
from ..engine import BodyRecipe, Worn
from ..jobs import Say
from .written import outfit_bytes

FILE = "drape.npz"


def orders_of(recipe: BodyRecipe, worn: Worn) -> dict[str, Any]:
    """What the child has to know, as JSON."""
    return {"body": asdict(recipe), "worn": [dict(engine.cut_of(choice)) for choice in worn]}


def work(orders: dict[str, Any], say: Say) -> None:
    """Drape what is worn on the body, into the job's folder; raises ``AvatarError``."""
    row = orders["body"]
    recipe = BodyRecipe(**row | {"given": tuple((key, value) for key, value in row["given"])})
    body = engine.make_body(recipe).body
    choices = [GarmentChoice(**each) for each in orders["worn"]]
    outfit = fit_outfit(body, choices, REST, "final", lambda share, _: say("share", f"{share:.4f}"))
    for caution in outfit.cautions:
        say("caution", caution.say(orders["language"]))
    (Path(orders["folder"]) / FILE).write_bytes(outfit_bytes(outfit))
    say("share", "1")
