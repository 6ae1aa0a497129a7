# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by a Blender of its own: work of the extension that takes long (``jobs.Job`` starts it and listens).

``blender -b --python child.py -- ORDERS.json``; ``task`` of the orders is a module of the extension that has ``work``.
"""

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import bpy  # noqa: F401 - where Blender is a module, the next one is there only then


def say(event, text):
    """One line for the Blender that waits."""
    print(f"@atelier {event} {text}", flush=True)


def main():
    """Enable the extension, do the task."""
    import addon_utils

    orders = json.loads(Path(sys.argv[sys.argv.index("--") + 1]).read_text(encoding="utf-8"))
    package = orders["extension"]
    if addon_utils.enable(package) is None:
        raise SystemExit(f"{package} cannot be enabled")
    errors = import_module("avatar_engine.errors")
    try:
        import_module(f"{package}.{orders['task']}").work(orders, say)
    except errors.AvatarError as error:
        say("failed", error.say(orders["language"]))
        os._exit(1)


try:
    main()
except BaseException:  # noqa: BLE001 - the one that waits reads it in the log
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)
sys.stdout.flush()
os._exit(0)
