# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator in numpy: the weights that torch trained, run without torch."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

import numpy as np

from avatar_engine import assets
from avatar_engine.body.template import Float32Array, FloatArray
from avatar_engine.errors import AssetError
from avatar_engine.generator.card import POINTS, Card
from avatar_engine.words import phrase

WEIGHTS = "generator.safetensors"
CARD = "generator.json"
GROUP_NORM_EPSILON = 1e-5  # torch.nn.GroupNorm's default
_DTYPES = {"F16": np.float16, "F32": np.float32}

Weights = dict[str, Float32Array]


def read_safetensors(content: bytes) -> Weights:
    """Tensors of a safetensors file as float32 (format: 8 bytes of header length, JSON header, raw data).

    Raises ``ValueError`` when the content is not such a file.
    """
    if len(content) < 8:
        raise ValueError("shorter than a safetensors header")
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    data = memoryview(content)[8 + size :]
    tensors: Weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        flat = np.frombuffer(data[start:end], dtype=_DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).astype(np.float32)
    return tensors


def _group_norm(x: Float32Array, groups: int, gain: Float32Array, shift: Float32Array) -> Float32Array:
    grouped = x.reshape(len(x), groups, -1)
    centred = grouped - grouped.mean(axis=2, keepdims=True)
    normal = centred / np.sqrt((centred**2).mean(axis=2, keepdims=True) + GROUP_NORM_EPSILON)
    scaled: Float32Array = normal.reshape(x.shape) * gain + shift
    return scaled


def _silu(x: Float32Array) -> Float32Array:
    activated: Float32Array = x / (1.0 + np.exp(-x))
    return activated


@dataclass(frozen=True)
class Generator:
    """The trained generator: measurements in, clouds out."""

    card: Card
    weights: Weights

    def clouds(
        self, measurements: FloatArray, body_type: FloatArray, variation: FloatArray | None = None
    ) -> FloatArray:
        """Propose clouds.

        Parameters
        ----------
        measurements : (b, 15) metres, in the order of ``measurements.KEYS``
        body_type : (b,) 0 female .. 1 male
        variation : (b, V) standard normal, or None for the likeliest body

        Returns
        -------
        (b, 10000, 3) metres, A-pose, soles on z = 0
        """
        if variation is None:
            variation = np.zeros((len(measurements), self.card.variation))
        x = self.card.normalisation.inputs(measurements, body_type, variation).astype(np.float32)
        weights = self.weights
        for layer in range(len(self.card.widths)):
            x = x @ weights[f"layers.{layer}.linear.weight"].T + weights[f"layers.{layer}.linear.bias"]
            if f"layers.{layer}.norm.weight" in weights:
                gain, shift = weights[f"layers.{layer}.norm.weight"], weights[f"layers.{layer}.norm.bias"]
                x = _silu(_group_norm(x, self.card.groups, gain, shift))
        flat = np.tanh(x @ weights["output.weight"].T + weights["output.bias"])
        return self.card.normalisation.to_metres(flat.reshape(-1, POINTS, 3).astype(np.float64))


@functools.lru_cache(maxsize=1)
def load_generator() -> Generator:
    """The generator that ships with the engine; raises ``AssetError`` when its files are missing or damaged."""
    try:
        card = Card.parse(assets.read_bytes(CARD).decode("utf-8"))
        return Generator(card, read_safetensors(assets.read_bytes(WEIGHTS)))
    except (KeyError, ValueError) as error:
        raise AssetError(WEIGHTS, phrase("weights_and_card"), assets.RESTORE) from error
