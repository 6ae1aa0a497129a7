# SPDX-License-Identifier: GPL-3.0-or-later
"""Sewing patterns on paper: a garment's panels for one person, in true scale, as PDF, SVG and DXF."""

from __future__ import annotations

from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.paper import A4, PAPERS, Paper

__all__ = ["A4", "FORMATS", "PAPERS", "Paper", "PaperPattern", "pattern_bytes"]

FORMATS = ("pdf", "svg", "dxf")


def pattern_bytes(pattern: PaperPattern, form: str, paper: Paper = A4) -> bytes:
    """The file of a pattern; the same pattern gives the same bytes.

    Parameters
    ----------
    form : one of FORMATS
    paper : what a PDF is printed on; SVG and DXF are one drawing
    """
    if form == "pdf":
        from avatar_engine.export.pattern.pdf import pdf_bytes

        return pdf_bytes(pattern, paper)
    if form == "svg":
        from avatar_engine.export.pattern.svg import pattern_svg

        return pattern_svg(pattern)
    from avatar_engine.export.pattern.dxf import dxf_bytes

    return dxf_bytes(pattern)
