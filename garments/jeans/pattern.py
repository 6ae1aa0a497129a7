# SPDX-License-Identifier: GPL-3.0-or-later
"""Pattern program."""

from __future__ import annotations

from garments.blocks.trousers import trousers as draft

__all__ = ["draft"]
