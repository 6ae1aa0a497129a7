# SPDX-License-Identifier: GPL-3.0-or-later
"""A population beside the people it stands for: ``python -m training.population_report --population DIR --out DIR``.

Marginals, correlations and Mahalanobis distances of the bodies' own tape readings beside the statistics that the
engine carries (ANSUR II), and where body mass leaves the region that the shapes can be trusted in.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from avatar_engine.export.whole_file import write_whole
from avatar_engine.measurements import KEYS
from avatar_engine.measurements.plausibility import HEAVY_BMI
from training import figures
from training.population import corners, load_shards
from training.report import markdown_table
from training.statistics import Population, populations

HIGHEST_BMI = 45.0
LEVELS = (5, 50, 95, 99)
BMI_EDGES = (0.0, 18.5, 25.0, 30.0, 35.0, HEAVY_BMI, 40.0, HIGHEST_BMI, 100.0)


def summary(population: Population, measured: np.ndarray) -> dict[str, Any]:
    """Figures of one sex's (n, 15) readings beside the law.

    shift : (15,) difference of the means in the law's standard deviations; spread : (15,) ratio of the deviations;
    correlation : greatest and mean difference of the correlations; distance : percentiles of Mahalanobis distances;
    bmi : counts between ``BMI_EDGES``
    """
    standard = population.standardise(measured)
    correlation = np.abs(np.corrcoef(standard, rowvar=False) - law_correlation(population))[np.triu_indices(15, 1)]
    return {
        "bodies": len(measured),
        "shift": standard.mean(axis=0),
        "spread": standard.std(axis=0),
        "correlation": (float(correlation.max()), float(correlation.mean())),
        "distance": np.percentile(population.distance(measured), LEVELS),
        "bmi": np.histogram(population.body_mass(measured), BMI_EDGES)[0],
    }


def law_correlation(population: Population) -> np.ndarray:
    """(15, 15) correlations of the law's logarithms."""
    sd = np.sqrt(np.diag(population.covariance))
    correlation: np.ndarray = population.covariance / np.outer(sd, sd)
    return correlation


Pair = list[tuple[Population, np.ndarray]]


@figures.styled
def marginals_plot(pairs: Pair, path: Path) -> None:
    """Histogram of each measurement and sex beside the law's density."""
    drawn, axes = figures.figure(12.0, 8.4, 3, 5)
    for i, plot in enumerate(axes.flat):
        for population, measured in pairs:
            colour = figures.SEX_COLOURS[population.name]
            plot.hist(measured[:, i] * 100.0, 60, density=True, color=colour, alpha=0.35)
            middle, sd = population.mean[i], np.sqrt(population.covariance[i, i])
            at = np.exp(np.linspace(middle - 4 * sd, middle + 4 * sd, 200))
            density = np.exp(-0.5 * ((np.log(at) - middle) / sd) ** 2) / (at * sd * np.sqrt(2 * np.pi))
            plot.plot(at * 100.0, density / 100.0, color=colour, linewidth=1.6, label=f"{population.name}, ANSUR II")
        plot.set_title(figures.label(KEYS[i]).split(",")[0].split(" (")[0], fontsize=10)
        plot.set_yticks([])
        plot.grid(visible=False)
    axes[2, 2].set_xlabel("cm; filled: the bodies, line: the survey's law")
    drawn.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figures.write(drawn, path)


@figures.styled
def correlations_plot(pairs: Pair, path: Path) -> None:
    """Correlations of the survey, of the bodies, and their difference, for each sex."""
    drawn, axes = figures.figure(11.6, 8.2, 2, 3)
    names = [figures.label(key).split(",")[0].split(" (")[0] for key in KEYS]
    for row, (population, measured) in zip(axes, pairs, strict=True):
        law, ours = law_correlation(population), np.corrcoef(population.standardise(measured), rowvar=False)
        panels = ((law, "ANSUR II", 1.0), (ours, "bodies", 1.0), (ours - law, "difference", 0.3))
        for plot, (matrix, title, limit) in zip(row, panels, strict=True):
            image = plot.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit)
            plot.set_title(f"{title}, {population.name}")
            plot.grid(visible=False)
            plot.set_xticks([])
            plot.set_yticks(range(15), names if title == "ANSUR II" else [""] * 15, fontsize=8)
            drawn.colorbar(image, ax=plot, shrink=0.8)
    figures.write(drawn, path)


@figures.styled
def distances_plot(pairs: Pair, path: Path) -> None:
    """Mahalanobis distances of the bodies beside those of people drawn from the law."""
    drawn, axes = figures.figure(10.0, 4.0, 1, 2, sharey=True)
    edges = np.linspace(0.0, 10.0, 81)
    middles = (edges[1:] + edges[:-1]) / 2.0
    # Chi distribution with 15 degrees of freedom: x^14 exp(-x^2 / 2) up to a factor.
    chi = middles**14 * np.exp(-(middles**2) / 2.0)
    chi /= chi.sum() * (edges[1] - edges[0])
    for plot, (population, measured) in zip(axes[0], pairs, strict=True):
        colour = figures.SEX_COLOURS[population.name]
        plot.hist(population.distance(measured), edges, density=True, color=colour, alpha=0.45, label="bodies")
        plot.plot(middles, chi, color=figures.INK, label="people of the law")
        figures.heading(plot, population.name, "Mahalanobis distance of the 15", "")
        plot.set_yticks([])
        plot.legend()
    figures.write(drawn, path)


@figures.styled
def body_mass_plot(pairs: Pair, path: Path) -> None:
    """Stature and body mass index of the bodies, with the region of low confidence."""
    drawn, axes = figures.figure(10.0, 4.6, 1, 2, sharey=True)
    for plot, (population, measured) in zip(axes[0], pairs, strict=True):
        bmi = population.body_mass(measured)
        plot.axhspan(HEAVY_BMI, 56.0, color=figures.ORANGE, alpha=0.14, linewidth=0)
        plot.axhline(HIGHEST_BMI, color=figures.ORANGE, linewidth=1, linestyle="--")
        colour = figures.SEX_COLOURS[population.name]
        plot.scatter(measured[:, 0] * 100.0, bmi, s=4, alpha=0.3, linewidths=0, color=colour)
        said = f"above BMI {HEAVY_BMI:.0f}: {(bmi > HEAVY_BMI).sum()} bodies, low confidence"
        plot.text(0.02, 0.97, said, transform=plot.transAxes, va="top")
        plot.set_ylim(12.0, 56.0)
        figures.heading(plot, population.name, "stature, cm", "body mass index" if plot is axes[0, 0] else "")
    figures.write(drawn, path)


def report(found: dict[str, dict[str, Any]], corner_count: int) -> str:
    """The whole in Markdown."""
    both = list(found.values())
    rows = [
        (key, *(f"{part[name][i]:{form}}" for part in both for name, form in (("shift", "+.2f"), ("spread", ".2f"))))
        for i, key in enumerate(KEYS)
    ]
    header = ("measurement", *(f"{sex}: {what}" for sex in found for what in ("mean shift, SD", "spread ratio")))
    distances = [(sex, *(f"{value:.2f}" for value in part["distance"])) for sex, part in found.items()]
    bands = [f"{low:g}-{high:g}" for low, high in zip(BMI_EDGES, BMI_EDGES[1:], strict=False)]
    masses = [(sex, *part["bmi"].tolist()) for sex, part in found.items()]
    differences = [
        f"{sex}: at most {p['correlation'][0]:.2f}, mean {p['correlation'][1]:.3f}" for sex, p in found.items()
    ]
    return (
        "\n\n".join(
            [
                "# Population",
                f"{sum(part['bodies'] for part in both)} bodies, each measured on its own mesh, beside the statistics "
                "of ANSUR II that the engine carries (upper arm relaxed). The spread is wider than "
                "the survey's on purpose.",
                markdown_table(header, rows),
                "![Marginals](marginals.png)",
                "## Correlations",
                f"Difference to the survey's: {'; '.join(differences)}.",
                "![Correlations](correlations.png)",
                "## Mahalanobis distances",
                markdown_table(("percentile", *(str(level) for level in LEVELS)), distances),
                "![Distances](distances.png)",
                "## Body mass",
                "Body mass index from the weight that the fifteen make one expect. Shapes above "
                f"{HEAVY_BMI:.0f} are of low confidence, and every surface says so.",
                markdown_table(("BMI", *bands), masses),
                "![Body mass](body_mass.png)",
                f"## Corner set\n\n{corner_count} of all bodies are extremes (`training.population.corners`).",
            ]
        )
        + "\n"
    )


def write_report(population: Path, out: Path) -> None:
    """Report and pictures of the shards in one folder, into another."""
    shards = load_shards(population)
    measured, female = shards["measurements"], shards["female"].astype(bool)
    pairs = [(each, measured[female == each.female]) for each in populations()]
    marginals_plot(pairs, out / "marginals.png")
    correlations_plot(pairs, out / "correlations.png")
    distances_plot(pairs, out / "distances.png")
    body_mass_plot(pairs, out / "body_mass.png")
    found = {each.name: summary(each, rows) for each, rows in pairs}
    write_whole(out / "report.md", report(found, len(corners(measured, female))).encode())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--population", type=Path, required=True, help="folder of shards")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write_report(arguments.population, arguments.out)


if __name__ == "__main__":
    main()
