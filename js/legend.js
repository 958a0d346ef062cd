/** The legend: what the two colours mean, and how much the fullest of them is. */

import { peak } from "./color.js";
import { element, setText } from "./dom.js";
import { decimal } from "./format.js";

/** @import { View } from "./state.js" */

export function createLegend() {
  const against = element("span", "flair-lig-side flair-lig-against");
  const least = element("span");
  const zero = element("span", "", "0");
  const most = element("span");
  const side = element("span", "flair-lig-side flair-lig-for");
  const bar = element("div", "flair-lig-bar");
  const scale = element("div", "flair-lig-scale", [bar, least, zero, most]);
  const legend = element("div", "flair-lig-legend", [against, scale, side]);

  /** @param {View} view */
  function draw({ result }) {
    const top = peak(result?.words ?? []);
    legend.hidden = top === 0;
    if (result === null) return;
    setText(against, `against ${result.target}`);
    setText(side, `for ${result.target}`);
    setText(least, `−${decimal(top, 2)}`);
    setText(most, `+${decimal(top, 2)}`);
  }

  return { node: legend, draw };
}
