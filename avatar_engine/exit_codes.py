# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command's exit code tells a script, the same for every command line of Atelier."""

from __future__ import annotations

from enum import IntEnum

from avatar_engine.errors import AssetError, AvatarError, FitError, PatternError, RenderError


class ExitCode(IntEnum):
    """What a script may rely on."""

    OK = 0
    SOME_FAILED = 1
    BAD_INPUT = 2
    INSTALLATION = 3
    INTERRUPTED = 130


def exit_code_of(error: AvatarError) -> ExitCode:
    """What an error means to a script: its input, its installation, or this one row."""
    if isinstance(error, FitError | PatternError):
        return ExitCode.SOME_FAILED
    return ExitCode.INSTALLATION if isinstance(error, AssetError | RenderError) else ExitCode.BAD_INPUT
