# SPDX-License-Identifier: GPL-3.0-or-later
"""A photo studio around an avatar: backdrop, lights and camera beside the artist's own objects."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
