# SPDX-License-Identifier: GPL-3.0-or-later
"""Sewing patterns on paper: a garment's panels for one person, in true scale, as PDF, SVG and DXF."""
