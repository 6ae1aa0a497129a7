# SPDX-License-Identifier: GPL-3.0-or-later
"""Many pictures from the command line: the same code in ``blender --command atelier`` and in ``atelier``."""
