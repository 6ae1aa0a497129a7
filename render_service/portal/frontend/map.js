// SPDX-License-Identifier: GPL-3.0-or-later
// The map of the fit on the cloth, and the legend that says what its colours mean.
import { Color } from "three";

export function bindMap(words, changed) {
  const choice = document.querySelector("[data-map]");
  const legends = [...document.querySelectorAll("[data-legend]")];
  const colours = words.mapColours.split(" ").map((colour) => new Color(colour));
  const nothing = new Color(words.mapNothing);

  const chosen = () => choice.querySelector(":checked").value || null;

  choice.addEventListener("change", () => {
    for (const legend of legends) legend.hidden = legend.dataset.legend !== chosen();
    changed();
  });
  return {
    chosen,
    scale() {
      const legend = legends.find((each) => each.dataset.legend === chosen());
      if (!legend) return null;
      const { low, high, tightIsHigh } = legend.dataset;
      return { low: Number(low), high: Number(high), nothing, colours: tightIsHigh === "true" ? colours : colours.toReversed() };
    },
  };
}
