# SPDX-License-Identifier: GPL-3.0-or-later
"""Clothes draped finely on this very body, by a child Blender."""

from . import operator

CLASSES = operator.CLASSES
