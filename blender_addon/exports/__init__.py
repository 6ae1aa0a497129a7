# SPDX-License-Identifier: GPL-3.0-or-later
"""The avatar as a file for other programs."""

from . import operator, pattern, ui

CLASSES = (*operator.CLASSES, *pattern.CLASSES, *ui.CLASSES)
