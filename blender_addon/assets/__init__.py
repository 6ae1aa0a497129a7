# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe in Blender's Asset Browser."""

from . import operator

CLASSES = operator.CLASSES
