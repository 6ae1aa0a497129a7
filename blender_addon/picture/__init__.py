# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the scene: a still or a turntable, rendered by a child Blender."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
