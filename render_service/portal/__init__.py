# SPDX-License-Identifier: GPL-3.0-or-later
"""The web portal: accounts, people and their measurements, avatars in the browser; English and French."""
