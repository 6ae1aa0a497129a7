# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair and skin."""

from . import ui

CLASSES = ui.CLASSES
