# SPDX-License-Identifier: GPL-3.0-or-later
"""The batch as a command of Blender: ``blender -b --command atelier render|catalogue``."""

from __future__ import annotations

import bpy

PROGRAM = "blender -b --command atelier"

# Blender's handle of the command, while the extension is enabled.
_registered: list[object] = []


def register() -> None:
    """Called when the extension is enabled."""
    _registered.append(bpy.utils.register_cli_command("atelier", _run))


def unregister() -> None:
    """Called when the extension is disabled."""
    while _registered:
        bpy.utils.unregister_cli_command(_registered.pop())


def _run(arguments: list[str]) -> int:
    from .command import main

    return main(arguments, PROGRAM)
