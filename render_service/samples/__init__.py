# SPDX-License-Identifier: GPL-3.0-or-later
"""People and looks to start from."""
