# SPDX-License-Identifier: GPL-3.0-or-later
"""What the system refuses with files and folders, in sentences of the user's language."""

from __future__ import annotations

import difflib
import errno
from pathlib import Path

from avatar_engine.errors import AvatarError, Text
from avatar_engine.words import Phrase, phrase

REASONS = {
    errno.ENOENT: "reason_missing",
    errno.EACCES: "reason_denied",
    errno.EPERM: "reason_denied",
    errno.EROFS: "reason_read_only",
    errno.ENOSPC: "reason_full",
    errno.ENOTDIR: "reason_not_folder",
    errno.EEXIST: "reason_not_folder",
    errno.EISDIR: "reason_folder",
}
# Two names with one ending are alike by that alone: people.csv and ann.csv by 0.6.
ALIKE = 0.75


def unusable(error: OSError, asked: Path | None = None) -> AvatarError:
    """What cannot be read or written, and why.

    Parameters
    ----------
    asked : what to name where the system names nothing; hidden files that are being written are named by their folder
    """
    path = Path(error.filename or asked or "")
    return AvatarError(
        phrase("output_error", path=path.parent if path.suffix == ".part" else path, reason=_reason(error))
    )


def why_unread(error: OSError, path: Path) -> Phrase:
    """What probably happened to a file that was to be read: a sentence, with the files there that are called alike."""
    if error.errno != errno.ENOENT:
        return phrase("file_refused", reason=_reason(error))
    folder = path.absolute().parent
    if not folder.is_dir():
        return phrase("file_without_folder", folder=folder)
    near = difflib.get_close_matches(path.name, _names(folder), n=1, cutoff=ALIKE)
    hint = phrase("hint_nearest", nearest=near[0]) if near else phrase("hint_path")
    return phrase("error_with_hint", text=phrase("file_missing", folder=folder), hint=hint)


def _names(folder: Path) -> list[str]:
    try:
        return [beside.name for beside in folder.iterdir() if beside.is_file()]
    except OSError:  # a folder that may be passed through and not be listed
        return []


def _reason(error: OSError) -> Text:
    return phrase(REASONS[error.errno]) if error.errno in REASONS else error.strerror or type(error).__name__
