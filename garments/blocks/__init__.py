# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafting blocks: each turns body dimensions and parameters into panels."""
