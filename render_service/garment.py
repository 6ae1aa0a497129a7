# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands ``garment``: tools for whoever adds a garment to the wardrobe."""

from __future__ import annotations

from pathlib import Path

import click

from avatar_engine.cli_support import Console, ExitCode, surface
from avatar_engine.export.whole_file import write_whole
from avatar_engine.garment_faults import said
from garments.check import check_garment
from garments.draw import drawing


@click.group()
def garment() -> None:
    """Tools for whoever adds a garment."""


@garment.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Draw the panels into this SVG file.")
@surface
def check(console: Console, folder: Path, out: Path | None) -> ExitCode:
    """Say what is wrong in the garment of FOLDER, and draw its panels.

    The pattern is drafted for every size; its seams must match within 0.5 mm.
    """
    faults, pattern = check_garment(folder)
    for fault in faults:
        line = f"{folder / fault.file}: {fault.key}: " if fault.key else f"{folder / fault.file}: "
        console.tell(line + said(fault).say(console.language))
    listed = [{"file": f.file, "key": f.key, "kind": f.kind, "text": said(f).say(console.language)} for f in faults]
    console.document |= {"folder": str(folder), "faults": listed}
    if pattern is not None and out is not None:
        write_whole(out, drawing(pattern).encode("utf-8"))
        console.document["drawing"] = str(out)
    if not faults:
        console.tell(console.word("garment_fine", folder=folder))
    return ExitCode.BAD_INPUT if faults else ExitCode.OK
