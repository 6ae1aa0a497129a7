# SPDX-License-Identifier: GPL-3.0-or-later
"""The body: template, shape space, tape, correction to the tape, and poses."""
