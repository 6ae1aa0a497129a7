# SPDX-License-Identifier: GPL-3.0-or-later
"""Wardrobe: what is worn, from the skin outwards."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
