# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as PNG without a library, since Blender's own Python has none."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt


def png_bytes(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A PNG of (h, w, 1, 3 or 4) uint8, first row on top.

    Source: PNG specification, third edition; each row filtered by "Up", 8 bits a channel.
    """
    height, width, channels = pixels.shape
    above = np.concatenate([np.zeros_like(pixels[:1]), pixels[:-1]])
    rows = np.concatenate([np.full((height, 1), 2, dtype=np.uint8), (pixels - above).reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
