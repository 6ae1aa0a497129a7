# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar as a Blender scene: objects, materials, studio, camera and picture."""
