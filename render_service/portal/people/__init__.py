# SPDX-License-Identifier: GPL-3.0-or-later
"""People, their measurements over time, and the bodies made from them."""
