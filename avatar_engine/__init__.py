# SPDX-License-Identifier: GPL-3.0-or-later
"""From tape measurements to a rigged, dressed avatar: the engine under every surface of Atelier."""

__version__ = "0.1.0"
