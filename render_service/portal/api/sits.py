# SPDX-License-Identifier: GPL-3.0-or-later
"""How a worn garment sits, and which size to take, in words and numbers in the language of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from avatar_engine.avatar import BodyResult
from avatar_engine.fitting.advice import WORDS, SizeAdvice, SizeFit, size_advice
from avatar_engine.fitting.sizing import PLACES
from avatar_engine.words import phrase
from garments.catalogue import catalogue
from garments.sizes import MADE_TO_MEASURE
from render_service.portal.languages import language

if TYPE_CHECKING:
    from avatar_engine.look import GarmentChoice

_POINT = re.compile(r"(?<=\d)\.(?=\d)")


def advice_of(made: BodyResult, choice: GarmentChoice) -> dict[str, Any]:
    """What the size worn is like on this body, and what to take.

    Returns
    -------
    said, sentences; sizes, those between which one may waver: name, labels in shops, whether it is the best one or the
    one worn, and the room at each judged place. Nothing of either for a garment without sizes.
    """
    if len(catalogue()[choice.garment].size_names()) < 2:
        return {"said": "", "sizes": []}
    advice = size_advice(made.body, choice.garment, choice.fabric)
    near = [fit for fit in advice.sizes if fit.size == choice.size or fit in advice.neighbours()]
    return {"said": _said(advice, choice.size), "sizes": [_size(fit, advice, choice.size) for fit in near]}


def _said(advice: SizeAdvice, size: str) -> str:
    worn = next((fit for fit in advice.sizes if fit.size == size), None)
    said = [worn.phrase()] if worn is not None else []
    if size == MADE_TO_MEASURE or size != advice.best:
        said.append(advice.verdict())
    elif worn is not None:
        said += advice.remarks()
    sentences = [each.say(language()) for each in said]
    return _localised(". ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences))


def _size(fit: SizeFit, advice: SizeAdvice, worn: str) -> dict[str, Any]:
    return {
        "size": fit.size,
        "labels": fit.labels_phrase(),
        "best": fit.size == advice.best,
        "worn": fit.size == worn,
        "eases": [
            {
                "place": phrase(PLACES[ease.measurement]).say(language()),
                "cm": _localised(f"{round(ease.ease_cm, 1) + 0.0:+.1f}"),
                "word": phrase(WORDS[ease.word]).say(language()),
            }
            for ease in fit.eases
        ],
    }


def _localised(text: str) -> str:
    return _POINT.sub(",", text) if language() == "fr" else text
