# SPDX-License-Identifier: GPL-3.0-or-later
"""What the extension promises, played in Blender as a module: ``python stories STORY EXTENSION.zip FOLDER``.

A story is a function of the modules beside this one that takes the extension and a folder of its own.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Play one; raises whatever fails in it."""
    name, extension, folder = sys.argv[1:]
    modules = [import_module(path.stem) for path in Path(__file__).parent.glob("[a-z]*.py")]
    (story,) = [getattr(each, name) for each in modules if hasattr(each, name)]
    story(Path(extension), Path(folder))


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # noqa: BLE001 - Blender must not be torn down by the interpreter
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)
