# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that makes the engine's own asset files: template, shape basis, population, network weights."""
