# SPDX-License-Identifier: GPL-3.0-or-later
"""Pose: poses of the engine on the avatar's bones, and a rig of Rigify's to pose by."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
