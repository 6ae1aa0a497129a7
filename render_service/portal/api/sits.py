# SPDX-License-Identifier: GPL-3.0-or-later
"""How a worn garment sits, and which size to take, in the language of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from avatar_engine.avatar import BodyResult
from avatar_engine.fitting.advice import size_advice
from garments.catalogue import catalogue
from garments.sizes import MADE_TO_MEASURE
from render_service.portal.languages import language

if TYPE_CHECKING:
    from avatar_engine.look import GarmentChoice

_POINT = re.compile(r"(?<=\d)\.(?=\d)")


def advice_words(made: BodyResult, choice: GarmentChoice) -> str:
    """What the size worn is like on this body, and what to take; "" for a garment without sizes."""
    if len(catalogue()[choice.garment].size_names()) < 2:
        return ""
    advice = size_advice(made.body, choice.garment, choice.fabric)
    worn = next((fit for fit in advice.sizes if fit.size == choice.size), None)
    said = [worn.phrase()] if worn is not None else []
    if choice.size == MADE_TO_MEASURE or choice.size != advice.best:
        said.append(advice.verdict())
    elif worn is not None:
        said += advice.remarks()
    sentences = [each.say(language()) for each in said]
    text = ". ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
    return _POINT.sub(",", text) if language() == "fr" else text
