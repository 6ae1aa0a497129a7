# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of devices that Cycles renders on, the fastest first (no bpy)."""

DEVICE_KINDS = ("OPTIX", "CUDA", "HIP", "ONEAPI", "METAL")
ANY_DEVICE, CPU = "auto", "CPU"
DEVICES = (ANY_DEVICE, CPU, *DEVICE_KINDS)
