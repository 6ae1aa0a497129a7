# SPDX-License-Identifier: GPL-3.0-or-later
"""Atelier in Blender: avatars as Blender objects, and their pictures."""
