# SPDX-License-Identifier: GPL-3.0-or-later
"""How the panel speaks: its own translation context, and the engine's errors in the user's language."""

from __future__ import annotations

import bpy

from avatar_engine.errors import AvatarError

# Blender's own catalogue wins in its default context and means other things by "Height" or "Body".
CONTEXT = "Atelier"


def language() -> str:
    """A language of the engine's words."""
    return "fr" if bpy.app.translations.locale.startswith("fr") else "en"


def said(text: str) -> str:
    """A label in the user's language."""
    return bpy.app.translations.pgettext_iface(text, CONTEXT)


def reported(text: str, **values: object) -> str:
    """A sentence for the status bar or a tooltip in the user's language, its fields filled in."""
    return bpy.app.translations.pgettext(text, CONTEXT).format(**values)


def explained(error: AvatarError) -> str:
    """An error of the engine in the user's language."""
    return error.say(language())


def refused(operator: type[bpy.types.Operator], reason: str) -> bool:
    """The answer of a button that cannot act: it says why, in the user's language."""
    operator.poll_message_set(said(reason))
    return False
