# SPDX-License-Identifier: GPL-3.0-or-later
"""Size advice: how each size of a garment would sit on a body, in centimetres and in words, and which to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from avatar_engine.body.shape import Body
from avatar_engine.errors import LookError
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.sizing import (
    PLACES,
    designed_ease_cm,
    girths_ease_cm,
    least_ease_cm,
    size_girths_cm,
)
from avatar_engine.words import Phrase, near_names, phrase
from garments import Dimensions, GarmentSpec, catalogue, fabrics
from garments.girths import BODY_GIRTHS
from garments.sizes import MADE_TO_MEASURE, nearest_chart, size_dimensions, size_labels

WORDS = {
    "too tight": "ease_too_tight",
    "tight": "ease_tight",
    "close": "ease_close",
    "as designed": "ease_as_designed",
    "relaxed": "ease_relaxed",
    "loose": "ease_loose",
    "too loose": "ease_too_loose",
}
# Upper ends of the words, cm of girth beyond the ease that the garment is designed with, which is what it has when made
# to measure. The size ranges are 8 cm wide: somebody in the middle of one finds its neighbours tight and loose.
BANDS = (("tight", -6.0), ("close", -2.0), ("as designed", 2.0), ("relaxed", 6.0), ("loose", 20.0))
# A coat with half of its wide ease left is closer than designed, and still not tight.
NEVER_TIGHT_CM = 5.0
SITS_WELL = ("close", "as designed", "relaxed")
UNWEARABLE = ("too tight", "too loose")
# Cloth that is missing is worse than cloth that is left over.
TIGHT_COUNTS = 2.0
# Lengths are those of the size's own stature; a difference of this much shows at sleeves and hems.
NOTED_STATURE_CM = 7.0


@dataclass(frozen=True)
class Ease:
    """Room at one measurement, and the word for it.

    designed_cm : ease the garment has when made to measure, None where it is not judged
    """

    measurement: str
    body_cm: float
    garment_cm: float
    designed_cm: float | None
    word: str

    @property
    def ease_cm(self) -> float:
        """Garment less body."""
        return self.garment_cm - self.body_cm

    def phrase(self) -> Phrase:
        """Such as "chest +9.5 cm relaxed"."""
        place = phrase(PLACES[self.measurement])
        return phrase("ease_at", place=place, cm=f"{round(self.ease_cm, 1) + 0.0:+.1f}", word=phrase(WORDS[self.word]))


@dataclass(frozen=True)
class SizeFit:
    """How one size sits.

    eases : where the garment is judged, in the order from the chest down
    labels : region to the numbers it is sold under
    stature_cm : the height it is cut for
    penalty : 0 where all is as designed; for comparing sizes
    """

    size: str
    eases: tuple[Ease, ...]
    labels: dict[str, tuple[int, ...]]
    stature_cm: float
    penalty: float

    @property
    def wearable(self) -> bool:
        """Whether the body goes in and the garment stays on."""
        return not any(ease.word in UNWEARABLE for ease in self.eases)

    @property
    def sits_well(self) -> bool:
        """Whether no measurement is tight or loose."""
        return all(ease.word in SITS_WELL for ease in self.eases)

    def phrase(self) -> Phrase:
        """Such as "M: chest +9.5 cm relaxed, hip +2.0 cm close"."""
        return phrase("size_sits", size=self.size, eases=_joined([ease.phrase() for ease in self.eases]))

    def labels_phrase(self) -> str:
        """Such as "EU 40-42, FR 42-44, UK 14-16, US 10-12"."""
        return ", ".join(f"{region} {row[0]}-{row[-1]}" for region, row in self.labels.items())


@dataclass(frozen=True)
class SizeAdvice:
    """Advice for one garment on one body.

    sizes : every graded size, smallest first; empty for a garment that is only made to measure
    best : the size to take, None where none can be worn
    """

    garment: str
    chart: str
    fabric: str
    stature_cm: float
    sizes: tuple[SizeFit, ...]
    best: str | None

    @property
    def best_fit(self) -> SizeFit | None:
        """The size to take."""
        return next((size for size in self.sizes if size.size == self.best), None)

    def neighbours(self) -> tuple[SizeFit, ...]:
        """The best size between the next smaller and the next larger; where none fits, the one that misses least."""
        if not self.sizes:
            return ()
        named = [size.size for size in self.sizes]
        if self.best is None:
            return (min(self.sizes, key=lambda size: size.penalty),)
        place = named.index(self.best)
        return self.sizes[max(0, place - 1) : place + 2]

    def verdict(self) -> Phrase:
        """One sentence: what to take, and what speaks against it."""
        if not self.sizes:
            return phrase("advice_only_made")
        best = self.best_fit
        if best is None:
            missed = self.neighbours()[0]
            bad = [ease.phrase() for ease in missed.eases if ease.word in UNWEARABLE]
            return phrase("advice_none", size=missed.size, eases=_joined(bad))
        if not best.sits_well:
            bad = [ease.phrase() for ease in best.eases if ease.word not in SITS_WELL]
            return phrase("advice_nearest", size=best.size, eases=_joined(bad))
        return phrase("advice_take", size=best.size, labels=best.labels_phrase())

    def remarks(self) -> tuple[Phrase, ...]:
        """What else to know: lengths that belong to somebody taller or shorter."""
        best = self.best_fit
        if best is None or abs(best.stature_cm - self.stature_cm) < NOTED_STATURE_CM:
            return ()
        key = "advice_long" if best.stature_cm > self.stature_cm else "advice_short"
        return (phrase(key, cut=f"{best.stature_cm:.0f}", body=f"{self.stature_cm:.0f}"),)

    def as_json(self, language: str) -> dict[str, Any]:
        """All of it, words in one language."""
        return {
            "garment": self.garment,
            "chart": self.chart,
            "fabric": self.fabric,
            "best": self.best,
            "verdict": self.verdict().say(language),
            "remarks": [remark.say(language) for remark in self.remarks()],
            "sizes": [_size_json(size, language) for size in self.sizes],
        }


def size_advice(
    who: Body | Dimensions, garment: str, fabric: str | None = None, chart: str | None = None
) -> SizeAdvice:
    """How every graded size of a garment would sit on a body.

    Parameters
    ----------
    who : a body, or its dimensions where they are known already
    fabric : what it is cut from, None for the garment's own; decides how far a size can be stretched
    chart : "women" or "men", None for the one nearest to the body

    Raises
    ------
    LookError : an unknown garment or fabric
    """
    spec = _known("garment", garment, catalogue())
    cloth = fabric or spec.fabric
    _known("fabric", cloth, fabrics())
    dimensions = body_dimensions(who) if isinstance(who, Body) else who
    chart = chart or nearest_chart(dimensions)
    offered = [size for size in spec.size_names() if size != MADE_TO_MEASURE]
    designed = designed_ease_cm(dimensions, spec) if offered else {}
    sizes = tuple(_fit(dimensions, spec, cloth, chart, size, designed) for size in offered)
    wearable = [size for size in sizes if size.wearable]
    best = min(wearable, key=lambda size: size.penalty).size if wearable else None
    return SizeAdvice(garment, chart, cloth, dimensions.stature, sizes, best)


def _known(key: str, name: str, rows: dict[str, Any]) -> Any:
    if name not in rows:
        raise LookError("look", key, name, ", ".join(rows), near_names(name, rows))
    return rows[name]


def _fit(
    body: Dimensions, spec: GarmentSpec, fabric: str, chart: str, size: str, designed: dict[str, float]
) -> SizeFit:
    eases, penalty = [], 0.0
    for key, ease in girths_ease_cm(body, size_girths_cm(spec.id, chart, size)).items():
        girth, wanted = float(getattr(body, BODY_GIRTHS[key])), designed.get(key)
        word = _word(ease, wanted, least_ease_cm(body, fabric, key))
        if wanted is not None:
            missed = ease - wanted
            penalty += (missed * (TIGHT_COUNTS if missed < 0.0 else 1.0)) ** 2
        if wanted is not None or word == "too tight":
            eases.append(Ease(key, girth, girth + ease, wanted, word))
    cut_for = size_dimensions(chart, size)
    return SizeFit(size, tuple(eases), size_labels(chart, size), cut_for.stature, penalty)


def _word(ease: float, designed: float | None, least: float) -> str:
    if ease < least:
        return "too tight"
    if designed is None:
        return "as designed"
    if ease < 0.0 <= designed:
        return "tight"
    word = next((word for word, upper in BANDS if ease - designed <= upper), "too loose")
    return "close" if word == "tight" and ease >= NEVER_TIGHT_CM else word


def _joined(parts: list[Phrase]) -> Phrase | str:
    joined: Phrase | str = parts[0] if parts else ""
    for part in parts[1:]:
        joined = phrase("one_then_other", one=joined, other=part)
    return joined


def _size_json(size: SizeFit, language: str) -> dict[str, Any]:
    return {
        "size": size.size,
        "labels": {region: list(numbers) for region, numbers in size.labels.items()},
        "wearable": size.wearable,
        "sits_well": size.sits_well,
        "said": size.phrase().say(language),
        "eases": [
            {
                "measurement": ease.measurement,
                "body_cm": round(ease.body_cm, 1),
                "garment_cm": round(ease.garment_cm, 1),
                "ease_cm": round(ease.ease_cm, 1),
                "designed_cm": None if ease.designed_cm is None else round(ease.designed_cm, 1),
                "word": phrase(WORDS[ease.word]).say(language),
            }
            for ease in size.eases
        ],
    }
