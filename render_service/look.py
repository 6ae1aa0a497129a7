# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``look``: a random but tasteful look by seed."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from pathlib import Path

import click

from avatar_engine.cli_support import Console, ExitCode, surface
from avatar_engine.look import LARGEST_SEED, look_text, save_look
from avatar_engine.seeded_look import occasions, seasons, seeded_look, wearers
from garments import catalogue


@click.command()
@click.option(
    "--seed", type=click.IntRange(0, LARGEST_SEED), help="The same seed gives the same look. Drawn if left out."
)
@click.option(
    "--for", "wearer", type=click.Choice(wearers()), default="any", show_default=True, help="Who is to wear it."
)
@click.option("--like", "occasion", type=click.Choice(occasions()), help="Occasion; by the seed if left out.")
@click.option("--season", type=click.Choice(seasons()), help="Season of colours and cloth; by the seed if left out.")
@click.option("--appearance", is_flag=True, help="Choose hair, skin and eyes too.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write, instead of printing it.")
@surface
def look(
    console: Console,
    seed: int | None,
    wearer: str,
    occasion: str | None,
    season: str | None,
    appearance: bool,
    out: Path | None,
) -> ExitCode:
    """Compose a look: garments that go together, in colours that do, from the wardrobe as it stands."""
    number = secrets.randbelow(LARGEST_SEED) if seed is None else seed
    made = seeded_look(number, wearer, occasion, season, appearance)
    console.document |= {"seed": number, "look": asdict(made)}
    if out is None:
        if not console.machine:
            click.echo(look_text(made), nl=False)
        return ExitCode.OK
    out.parent.mkdir(parents=True, exist_ok=True)
    save_look(made, out)
    console.document["file"] = str(out)
    names = ", ".join(catalogue()[choice.garment].name[console.language] for choice in made.garments)
    console.tell(console.word("look_written", path=out, garments=names))
    return ExitCode.OK
