/** The value of a regressor on its scale, in place of labels: from f(x′) to f(x). */

import { block, inline, setText } from "../elements/dom.js";
import { amount, visible } from "../elements/format.js";
import { placeOn, scaleOf } from "../elements/scale.js";

/** @import { View } from "../state/view.js" */

export function createValue() {
  const [low, high] = [inline(), inline()];
  const axis = block("axis");
  const node = block("value", [low, axis, high]);
  node.role = "img";

  /** @param {View} view */
  function draw({ result, edited }) {
    const isValue = result?.output === "value";
    node.hidden = !isValue;
    if (!isValue) return;
    const { target, value, baseline_value: start } = result;
    const changed = edited?.prediction[0]?.[1] ?? value;
    const scale = scaleOf([value, start, changed]);
    const before = `baseline f(x′) ${amount(start)}`;
    const after = `f(x) ${amount(value)}${edited ? ` → ${amount(changed)}` : ""}`;
    /** @type {(kind: string, x: number, text?: string) => HTMLElement} */
    const at = (kind, x, text = "") => {
      const part = inline(kind, text);
      const place = `${100 * placeOn(scale, x)}%`;
      part.style.left = place;
      if (text) part.style.translate = `-${place}`; // within the ends of the axis
      return part;
    };
    const bar = at(`bar bar-${value < start ? "against" : "for"}`, Math.min(value, start));
    bar.style.width = `${100 * Math.abs(placeOn(scale, value) - placeOn(scale, start))}%`;
    axis.replaceChildren(
      ...[bar, at("hollow", start), at("dot", value), ...(edited ? [at("hollow", changed)] : [])],
      ...[at("of-baseline", start, before), at("of-text", value, after)],
    );
    setText(low, scale.written(scale.low));
    setText(high, scale.written(scale.high));
    node.ariaLabel = `${visible(target)}: ${before}, ${after}`;
  }

  return { node, draw };
}
