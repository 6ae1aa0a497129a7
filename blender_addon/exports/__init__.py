# SPDX-License-Identifier: GPL-3.0-or-later
"""The avatar as a file for other programs."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
