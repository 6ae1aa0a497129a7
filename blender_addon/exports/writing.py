# SPDX-License-Identifier: GPL-3.0-or-later
"""How every export ends: a file written whole, or a sentence that says why there is none."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper

from avatar_engine.errors import AvatarError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.system_errors import unusable

from .. import jobs
from ..panels import AvatarOperator
from ..words import explained


class FileOperator(jobs.Telling, AvatarOperator, ExportHelper):
    """Makes a file of an avatar, which stays as it is; ``make`` may be refused by the engine or by the system."""

    bl_options = {"REGISTER"}
    changes_avatar = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make the file, or say why it cannot be made."""
        try:
            return self.make(context)
        except AvatarError as error:
            refusal = error
        except OSError as error:
            refusal = unusable(error)
        self.tell({"WARNING"}, explained(refusal))
        return {"CANCELLED"}

    def write(self, path: Path, content: bytes) -> set[str]:
        """Write a file whole and say where it is."""
        write_whole(path, content)
        self.tell({"INFO"}, jobs.found_in([path]))
        return {"FINISHED"}
