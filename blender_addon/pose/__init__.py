# SPDX-License-Identifier: GPL-3.0-or-later
"""Pose: poses of the engine on the avatar's bones."""

from . import ui

CLASSES = ui.CLASSES
