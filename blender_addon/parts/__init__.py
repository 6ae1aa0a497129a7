# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of an avatar: made once, then kept up with what the engine says."""
