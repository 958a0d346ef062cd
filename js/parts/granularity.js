/** The granularity select. It only changes how the result is drawn, so it needs no kernel. */

import { createSelect, optionsOf } from "../elements/select.js";

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

  /** @param {View} view */
  function draw({ granularity, choices }) {
    const options = optionsOf(choices.granularities, granularity, choices.names);
    select.draw(options, granularity);
  }

  return { node: select.node, draw };
}
