# SPDX-License-Identifier: GPL-3.0-or-later
"""Atelier in Blender: avatars as Blender objects, and their pictures."""


def register() -> None:
    """Called by Blender when the extension is enabled."""
    # Imported here since the render service imports ``scene`` outside of Blender.
    from . import registration

    registration.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import registration

    registration.unregister()
