# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``atelier``: joins the commands of each part, importing a part only when its command is used."""

from __future__ import annotations

from importlib import import_module

import click

# Name to the module that holds the command under the same name.
COMMANDS = {
    "body": "avatar_engine.cli",
    "measure": "avatar_engine.cli",
    "sizes": "render_service.sizes",
    "wardrobe": "render_service.wardrobe",
    "look": "render_service.look",
    "tryon": "render_service.tryon",
    "render": "render_service.batch",
    "catalogue": "render_service.batch",
    "pattern": "render_service.pattern",
    "garment": "render_service.garment",
    "evaluate": "training.cli",
    "serve": "render_service.portal.cli",
    "worker": "render_service.portal.cli",
    "accounts": "render_service.portal.cli",
    "doctor": "render_service.doctor",
}


class JoinedCommands(click.Group):
    """A group whose commands live in other modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the part that has the command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=JoinedCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="atelier", message="%(prog)s %(version)s")
def main() -> None:
    """From tape measurements to a dressed, posed, photographed person."""
