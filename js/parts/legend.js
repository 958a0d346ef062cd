/** The legend: what the two colours mean, and the score and unit of the full colour. */

import { peak } from "../elements/color.js";
import { block, inline, setText } from "../elements/dom.js";
import { decimal } from "../elements/format.js";
import { sideName } from "../messages.js";

/** @import { View } from "../state/view.js" */

export function createLegend() {
  const negative = inline("side against");
  const positive = inline("side for");
  const bar = block("legend-bar");
  const lowest = inline();
  const unit = inline(); // below the middle, which is zero
  const highest = inline();
  const scale = block("scale", [bar, lowest, unit, highest]);
  const node = block("legend", [negative, scale, positive]);

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
