/** The legend: what the two colours mean, and the score and unit of the full colour. */

import { peak } from "../elements/color.js";
import { element, setText } from "../elements/dom.js";
import { decimal } from "../elements/format.js";
import { sideName } from "../messages.js";

/** @import { View } from "../state/view.js" */

export function createLegend() {
  const negative = element("span", "side against");
  const positive = element("span", "side for");
  const bar = element("div", "legend-bar");
  const lowest = element("span");
  const unit = element("span"); // below the middle, which is zero
  const highest = element("span");
  const scale = element("div", "scale", [bar, lowest, unit, highest]);
  const node = element("div", "legend", [negative, scale, positive]);

  /** @param {View} view */
  function draw({ result, spans }) {
    const most = peak(spans?.items ?? []);
    node.hidden = most === 0;
    if (result === null) return;
    setText(negative, sideName(result, -1));
    setText(positive, sideName(result, 1));
    setText(lowest, `−${decimal(most, 3)}`);
    setText(unit, result.unit);
    setText(highest, `+${decimal(most, 3)}`);
  }

  return { node, draw };
}
