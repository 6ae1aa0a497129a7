# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, sessions, passwords, and what one may do with one's own data."""
