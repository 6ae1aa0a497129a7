# SPDX-License-Identifier: GPL-3.0-or-later
"""Body: type, variation and face."""

from . import operator, ui

CLASSES = (*operator.CLASSES, *ui.CLASSES)
