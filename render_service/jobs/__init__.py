# SPDX-License-Identifier: GPL-3.0-or-later
"""Render jobs executed: the rows of the portal's queue turned into pictures, by a process with a warm Blender."""
