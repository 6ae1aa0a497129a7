# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditional GAN that proposes a body: torch to train it (``network``), numpy to run it (``inference``)."""
