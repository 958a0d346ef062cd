/** The legend: what the two colours mean, how much the fullest of them is, and of what. */

import { peak } from "./color.js";
import { element, setText } from "./dom.js";
import { decimal } from "./format.js";

/** @import { Result } from "./model" */
/** @import { View } from "./state.js" */

/**
 * What speaks against the one label speaks for the other, if there is another.
 * @param {Result} result
 * @param {1 | -1} sign
 */
export function sideOf({ target, contrast }, sign) {
  return sign < 0 && contrast === null
    ? `against ${target}`
    : `for ${sign < 0 ? contrast : target}`;
}

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
  function draw({ result, pieces }) {
    const top = peak(pieces?.words ?? []);
    legend.hidden = top === 0;
    if (result === null) return;
    setText(against, sideOf(result, -1));
    setText(side, sideOf(result, 1));
    setText(least, `−${decimal(top, 3)}`);
    setText(unit, result.unit);
    setText(most, `+${decimal(top, 3)}`);
  }

  return { node: legend, draw };
}
