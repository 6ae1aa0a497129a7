# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON for programs and for the pages' own scripts."""
