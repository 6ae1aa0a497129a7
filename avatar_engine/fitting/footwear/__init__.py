# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoes modelled around the feet: the last, the upper over it, the sole under it, laces."""
