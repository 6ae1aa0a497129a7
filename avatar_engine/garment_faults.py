# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong in a garment's folder, in words."""

from __future__ import annotations

from avatar_engine.errors import AvatarError
from avatar_engine.words import Phrase, phrase
from garments.catalogue import SpecError
from garments.check import Fault

# Kinds of fault and the words for them.
FAULTS = {
    "unreadable": "garment_unreadable",
    "missing": "garment_missing",
    "unknown": "garment_unknown",
    "value": "garment_value",
    "draft_failed": "garment_draft_failed",
    "no_pattern": "garment_no_pattern",
    "not_finite": "garment_not_finite",
    "no_girths": "garment_no_girths",
    "no_girth": "garment_no_girth",
    "ease": "garment_ease",
    "panel_twice": "garment_panel_twice",
    "edge_twice": "garment_edge_twice",
    "no_panel": "garment_no_panel",
    "no_edge": "garment_no_edge",
    "no_slot": "garment_no_slot",
    "no_tube": "garment_no_tube",
    "open": "garment_open",
    "clockwise": "garment_clockwise",
    "crossing": "garment_crossing",
    "mismatch": "garment_mismatch",
}


def said(fault: Fault) -> Phrase:
    """A fault in words."""
    return phrase(FAULTS[fault.kind], **fault.values)


def placed(fault: Fault) -> Phrase:
    """A fault in words, after the key or part of the pattern that it is found at."""
    return phrase("fault_at", place=fault.key, fault=said(fault)) if fault.key else said(fault)


def broken_spec(error: SpecError) -> AvatarError:
    """The error for a garment.toml that cannot be used, as a user meets it."""
    file = f"garments/{error.folder}/{error.fault.file}"
    return AvatarError(phrase("fault_at", place=file, fault=placed(error.fault)))
