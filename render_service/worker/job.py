# SPDX-License-Identifier: GPL-3.0-or-later
"""A person as one file: arrays in an ``.npz``, all else as JSON beside them; nothing in it is ever executed."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from blender_addon.scene.person import DressedAvatar

Array = npt.NDArray[np.generic]
DOCUMENT = "document"
# Only plain data classes of these packages are ever made from a file.
TRUSTED = ("avatar_engine.", "blender_addon.scene.", "garments.")


def pack(person: DressedAvatar) -> bytes:
    """Content of the file of a person."""
    arrays: dict[str, Array] = {}
    document = json.dumps(_encode(person, arrays))
    arrays[DOCUMENT] = np.frombuffer(document.encode(), dtype=np.uint8)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def unpack(content: bytes) -> DressedAvatar:
    """The person in a file's content; raises ``ValueError`` when it holds something else."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    person = _decode(json.loads(arrays.pop(DOCUMENT).tobytes()), arrays)
    if not isinstance(person, DressedAvatar):
        raise ValueError(f"a dressed avatar was expected, this is a {type(person).__name__}")
    return person


def colours(person: DressedAvatar) -> dict[str, dict[str, str]]:
    """Colour of each slot of each garment that is dyed, "#rrggbb"."""
    return {
        garment.garment: dict(garment.colours)
        for garment in person.garments
        if garment.garment not in person.cloth_colours
    }


def shape_key(person: DressedAvatar) -> str:
    """The same for two people who differ in nothing but the colours of their clothes."""
    arrays: dict[str, Array] = {}
    undyed = dataclasses.replace(
        person, garments=tuple(dataclasses.replace(garment, colours={}) for garment in person.garments)
    )
    digest = hashlib.sha256(json.dumps(_encode(undyed, arrays), sort_keys=True).encode())
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _encode(value: Any, arrays: dict[str, Array]) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _encode(getattr(value, field.name), arrays) for field in dataclasses.fields(value)}
        return {"class": [type(value).__module__, type(value).__qualname__], "fields": fields}
    if isinstance(value, np.ndarray):
        name = f"array{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {"map": {str(key): _encode(item, arrays) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        return {"tuple": [_encode(item, arrays) for item in value]}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be part of a render job")


def _decode(value: Any, arrays: Mapping[str, Array]) -> Any:
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "tuple" in value:
        return tuple(_decode(item, arrays) for item in value["tuple"])
    if "map" in value:
        return {key: _decode(item, arrays) for key, item in value["map"].items()}
    fields = {name: _decode(item, arrays) for name, item in value["fields"].items()}
    return _trusted_class(*value["class"])(**fields)


def _trusted_class(module: str, name: str) -> Any:
    if not f"{module}.".startswith(TRUSTED):
        raise ValueError(f"{module}.{name} cannot be part of a render job")
    found = getattr(importlib.import_module(module), name, None)
    if not (isinstance(found, type) and dataclasses.is_dataclass(found)):
        raise ValueError(f"{module}.{name} cannot be part of a render job")
    return found
