/** The legend: what the two colours mean, how much the fullest of them is, and of what. */

import { peak } from "./color.js";
import { element, setText } from "./dom.js";
import { decimal } from "./format.js";

/** @import { View } from "./state.js" */

export function createLegend() {
  const against = element("span", "flair-lig-side flair-lig-against");
  const least = element("span");
  const unit = element("span"); // below the middle, which is seen to be zero
  const most = element("span");
  const side = element("span", "flair-lig-side flair-lig-for");
  const bar = element("div", "flair-lig-bar");
  const scale = element("div", "flair-lig-scale", [bar, least, unit, most]);
  const legend = element("div", "flair-lig-legend", [against, scale, side]);

  /** @param {View} view */
  function draw({ result }) {
    const top = peak(result?.words ?? []);
    legend.hidden = top === 0;
    if (result === null) return;
    const { target, contrast } = result;
    // What speaks against the one label speaks for the other, if there is another.
    setText(against, contrast === null ? `against ${target}` : `for ${contrast}`);
    setText(side, `for ${target}`);
    setText(least, `−${decimal(top, 3)}`);
    setText(unit, result.unit);
    setText(most, `+${decimal(top, 3)}`);
  }

  return { node: legend, draw };
}
