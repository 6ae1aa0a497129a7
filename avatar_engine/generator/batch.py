# SPDX-License-Identifier: GPL-3.0-or-later
"""Many bodies at once with torch, on a CPU or a GPU: the network, the solver and the shape space as in numpy.

For populations and catalogues. Corrections to the tape are not part of it: see ``avatar_engine.body.correction``.
Needs torch, which the engine does not install; nothing else in the engine imports this module.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import VERTEX_COUNT, Float32Array, FloatArray
from avatar_engine.generator.card import Normalisation
from avatar_engine.generator.inference import load_generator
from avatar_engine.generator.network import Generator
from avatar_engine.meshing.solve import load_solver


@dataclass(frozen=True)
class Bodies:
    """Proposed bodies, on the batch's device.

    clouds (b, 10000, 3) metres; coefficients (b, K); vertices (b, 13718, 3) metres, soles on z = 0.
    """

    clouds: Tensor
    coefficients: Tensor
    vertices: Tensor


class BodyBatch:
    """The way from measurements to vertices, loaded on one device.

    Parameters
    ----------
    device : as torch names it: ``cpu``, ``cuda``, ``cuda:1``

    Raises
    ------
    AssetError : when a file of the installation is missing or damaged
    """

    def __init__(self, device: str = "cpu") -> None:
        engine, space, solver = load_generator(), load_shape_space(), load_solver()
        card = engine.card
        self.device = torch.device(device)
        self.normalisation: Normalisation = card.normalisation
        self.variation = card.variation
        self.network = Generator(card.widths, card.groups, card.variation).requires_grad_(False)
        self.network.load_state_dict({name: torch.from_numpy(value) for name, value in engine.weights.items()})
        self.network.to(self.device)
        self.cloud_mean, self.gain = self._tensor(solver.mean), self._tensor(solver.gain.T)
        self.vertex_mean = self._tensor(space.mean[:VERTEX_COUNT])
        self.basis = self._tensor(space.basis[:VERTEX_COUNT].reshape(-1, space.size).T)

    def _tensor(self, values: FloatArray | Float32Array) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).to(self.device)

    @torch.inference_mode()
    def propose(self, measurements: FloatArray, body_type: FloatArray, variation: FloatArray | None = None) -> Bodies:
        """Propose bodies, before any correction.

        Parameters
        ----------
        measurements : (b, 15) metres, in the order of ``measurements.KEYS``
        body_type : (b,) 0 female .. 1 male
        variation : (b, V) standard normal, or None for the likeliest bodies
        """
        if variation is None:
            variation = np.zeros((len(measurements), self.variation))
        scale = self.normalisation
        inputs = self._tensor(scale.inputs(measurements, body_type, variation))
        clouds = self.network(inputs) * scale.cloud_scale + self._tensor(scale.cloud_centre)
        coefficients = (clouds - self.cloud_mean).flatten(1) @ self.gain
        vertices = (coefficients @ self.basis).reshape(len(measurements), -1, 3) + self.vertex_mean
        vertices[:, :, 2] -= vertices[:, :, 2].amin(dim=1, keepdim=True)
        return Bodies(clouds, coefficients, vertices)
