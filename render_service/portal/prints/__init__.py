# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of one's own, to be printed on cloth."""
