#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Print a Python 3.11 that can make a virtual environment; Blender 4.5 as a module runs on no other version.
set -eu
for candidate in "${PYTHON:-python3.11}" /usr/bin/python3.11 python3 python; do
    if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
cat >&2 <<'END'
Atelier's pictures need Python 3.11 exactly (Blender 4.5 as a module has no other version), with venv. None was found.
  Debian 12, Ubuntu 22.04:  apt-get install python3.11 python3.11-venv
  elsewhere:                install Python 3.11 and name it:  make PYTHON=/path/to/python3.11 ...
END
exit 3
