# SPDX-License-Identifier: GPL-3.0-or-later
"""One garment: garment.toml and its pattern program."""
