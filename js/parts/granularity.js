/** The granularity select. It only changes how the result is drawn, so it needs no kernel. */

import { createSelect, optionsOf } from "../elements/select.js";
import { GRANULARITY_NAMES } from "../messages.js";

/** @import { Granularity, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * @param {{ signal: AbortSignal, onCommit: (patch: Partial<Settings>) => void }} options
 */
export function createGranularity({ signal, onCommit }) {
  const select = createSelect({
    ...{ signal, name: "Granularity" },
    onCommit: (value) => onCommit({ granularity: /** @type {Granularity} */ (value) }),
  });
  select.node.classList.add("flair-lig-granularity");

  /** @param {View} view */
  function draw({ granularity, choices }) {
    const options = optionsOf(choices.granularities, granularity, GRANULARITY_NAMES);
    select.draw(options, granularity);
  }

  return { node: select.node, draw };
}
