# SPDX-License-Identifier: GPL-3.0-or-later
"""Plots of an evaluation and of a population; matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from avatar_engine.export.whole_file import write_whole
from avatar_engine.measurements import BY_KEY, KEYS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Args = ParamSpec("Args")

INK, FAINT, GRID = "#22272b", "#8a949c", "#e4e8eb"
BLUE, ORANGE, GREEN, ROSE = "#2f6da8", "#d9822b", "#3a8f5c", "#b6456e"
LABELS = {
    "before": "the network's proposal: mean, to the 95th percentile",
    "after": "after correction: mean, to the 95th percentile",
}
SEX_COLOURS = {"female": ROSE, "male": BLUE}
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
    "figure.dpi": 110,
}


def require() -> None:
    """Raise ``ModuleNotFoundError`` at once where matplotlib is missing, rather than after the work."""
    import_module("matplotlib")


def styled(plot: Callable[Args, None]) -> Callable[Args, None]:
    """Draw a plot in the style of this module, whatever the process's own style is."""

    @functools.wraps(plot)
    def drawn(*args: Args.args, **kwargs: Args.kwargs) -> None:
        import matplotlib as mpl

        with mpl.rc_context(STYLE):
            plot(*args, **kwargs)

    return drawn


def figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, np.ndarray]:
    """An empty figure in inches with its axes (rows, columns), without any display."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(width, height), layout="constrained")
    axes = drawn.subplots(rows, columns, squeeze=False, **options)
    for each in axes.flat:
        each.tick_params(length=0, which="both")
    return drawn, axes


def write(drawn: Figure, path: Path) -> None:
    """Write a PNG, whole or not at all; the same figure gives the same bytes."""
    stream = io.BytesIO()
    drawn.savefig(stream, format="png", metadata={"Software": None})
    write_whole(path, stream.getvalue())


def label(key: str) -> str:
    """A measurement's name as it stands in the form."""
    return BY_KEY[key].name_en if key in BY_KEY else key.replace("_", " ").capitalize()


def heading(axes: Axes, title: str, x: str = "", y: str = "") -> None:
    """Title and names of the axes."""
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


@styled
def tape_plot(tape: dict[str, Any], path: Path) -> None:
    """Mean error of each measurement before and after correction, beside the tolerance of ISO 20685-1."""
    drawn, axes = figure(8.5, 6.0)
    plot, rows = axes[0, 0], np.arange(len(KEYS))[::-1]
    parts = [tape["by_measurement"][key] for key in KEYS]
    for name, colour in (("before", ORANGE), ("after", GREEN)):
        mean = np.array([max(part[name]["mae_mm"], 1e-4) for part in parts])
        high = np.array([max(part[name]["p95_mm"], 1e-4) for part in parts])
        plot.hlines(rows, mean, np.maximum(high, mean), color=colour, alpha=0.35, linewidth=4)
        plot.scatter(mean, rows, color=colour, s=42, zorder=3, label=LABELS[name])
    limits = [BY_KEY[key].tolerance * 1000.0 for key in KEYS]
    plot.scatter(limits, rows, marker="|", s=170, color=INK, label="ISO 20685-1 tolerance")
    plot.set_xscale("log")
    plot.set_yticks(rows, [label(key) for key in KEYS])
    plot.grid(axis="y", visible=False)
    count = tape["all"]["after"]["subjects"]
    heading(plot, f"What the tape reads on the bodies of {count:,} real people", "absolute error, mm (log scale)")
    drawn.legend(loc="outside lower center", ncols=2, fontsize=9)
    write(drawn, path)


@styled
def groups_plot(tape: dict[str, Any], path: Path) -> None:
    """Mean error before and after correction by sex, BMI and stature."""
    groups = {"by_sex": "Sex", "by_bmi": "Body mass index", "by_stature": "Stature"}
    drawn, axes = figure(10.5, 3.9, 1, 3, sharey=True, width_ratios=[len(tape[name]) + 1 for name in groups])
    for plot, (name, title) in zip(axes[0], groups.items(), strict=True):
        at = np.arange(len(tape[name]))
        for part, colour in (("before", ORANGE), ("after", GREEN)):
            mean, high = (
                [max(found[part][key], 1e-4) for found in tape[name].values()] for key in ("mae_mm", "p95_mm")
            )
            plot.vlines(at, mean, np.maximum(mean, high), color=colour, alpha=0.35, linewidth=4)
            plot.scatter(at, mean, s=42, color=colour, zorder=3, label=LABELS[part] if name == "by_sex" else None)
        names = [f"{key.removesuffix(' m')}\n{found['after']['subjects']}" for key, found in tape[name].items()]
        plot.set_xticks(at, names, fontsize=8.5)
        plot.set_yscale("log")
        plot.set_xlim(-0.6, len(at) - 0.4)
        plot.grid(axis="x", visible=False)
        heading(plot, title, "people below each group", "absolute error, mm (log scale)" if name == "by_sex" else "")
    drawn.legend(loc="outside lower center", ncols=2)
    write(drawn, path)


@styled
def completion_plot(completion: dict[str, Any], sets: tuple[str, ...], path: Path) -> None:
    """Coverage of the 90 % intervals and their width, by measurement and set of given values."""
    drawn, axes = figure(11.0, 5.8, 1, 2, sharey=True)
    rows = np.arange(len(KEYS))[::-1]
    axes[0, 0].axvspan(88, 92, color=GREEN, alpha=0.12)
    axes[0, 0].axvline(90, color=GREEN, linewidth=1)
    for offset, (name, colour) in enumerate(zip(sets, (BLUE, ORANGE, ROSE), strict=True)):
        found = completion[name]["sex told"]["by_measurement"]
        at = [(row + 0.22 * (1 - offset), found[key]) for row, key in zip(rows, KEYS, strict=True) if key in found]
        axes[0, 0].scatter([part["coverage"] * 100 for _, part in at], [row for row, _ in at], s=30, color=colour)
        axes[0, 1].scatter([part["mae_mm"] for _, part in at], [row for row, _ in at], s=30, color=colour, label=name)
    axes[0, 0].set_xlim(84, 96)
    axes[0, 0].set_yticks(rows, [label(key) for key in KEYS])
    heading(axes[0, 0], "Real people inside their 90 % interval", "%")
    heading(axes[0, 1], "Error of the predicted value", "mean absolute error, mm")
    axes[0, 1].set_xlim(left=0)
    drawn.legend(loc="outside lower center", ncols=3, title="given")
    write(drawn, path)


@styled
def weight_plot(sex: np.ndarray, real: np.ndarray, ours: np.ndarray, path: Path) -> None:
    """Weight told by the body's volume beside the scales; (n,) kilograms."""
    drawn, axes = figure(6.2, 5.8)
    plot = axes[0, 0]
    ends = [float(min(real.min(), ours.min())) - 3, float(max(real.max(), ours.max())) + 3]
    plot.plot(ends, ends, color=INK, linewidth=1)
    for each, colour in SEX_COLOURS.items():
        rows = sex == each
        bias, sd = (ours - real)[rows].mean(), (ours - real)[rows].std()
        said = f"{each}: {bias:+.1f} ± {sd:.1f} kg"
        plot.scatter(real[rows], ours[rows], s=7, alpha=0.35, color=colour, linewidths=0, label=said)
    plot.set_xlim(ends)
    plot.set_ylim(ends)
    plot.set_aspect("equal")
    for handle in plot.legend(loc="upper left", markerscale=2.5).legend_handles:
        handle.set_alpha(1)
    heading(plot, "Weight read off the body's volume", "scales, kg", "volume times density, kg")
    write(drawn, path)


@styled
def unasked_plot(unasked: dict[str, Any], path: Path) -> None:
    """Dimensions nobody asked for: correlation and error of the mesh beside a regression on the fifteen."""
    names = sorted(unasked, key=lambda name: unasked[name]["mesh"]["r"])
    rows = np.arange(len(names))
    drawn, axes = figure(11.0, 6.6, 1, 3, sharey=True, width_ratios=(3, 3, 2))
    panels = (("r", "Correlation with the real person", "r"), ("mae", "Mean absolute error", "mm"))
    for plot, (key, title, unit) in zip(axes[0], panels, strict=False):
        mesh, line = ([unasked[name][part][key] for name in names] for part in ("mesh", "regression"))
        plot.hlines(rows, line, mesh, color=FAINT, alpha=0.5, linewidth=2)
        plot.scatter(line, rows, s=34, color=FAINT, label="regression on the 15" if key == "r" else None)
        plot.scatter(mesh, rows, s=42, color=BLUE, label="read off the mesh" if key == "r" else None, zorder=3)
        heading(plot, title, unit)
    bias = [unasked[name]["mesh"]["bias"] for name in names]
    axes[0, 2].barh(rows, bias, 0.6, color=[ORANGE if value > 0 else BLUE for value in bias])
    axes[0, 2].axvline(0, color=INK, linewidth=1)
    heading(axes[0, 2], "Bias of the mesh", "mm")
    axes[0, 0].set_yticks(rows, [label(name) for name in names])
    drawn.legend(loc="outside lower center", ncols=2)
    write(drawn, path)
