# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements: fifteen fields, what is predicted, presets, tables, the tape on the body."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
