# SPDX-License-Identifier: GPL-3.0-or-later
"""Pattern program."""

from __future__ import annotations

from garments.blocks.skirts import tube_skirt as draft

__all__ = ["draft"]
