/** What is coloured as one: a matter of the picture alone, so it needs no kernel. */

import { createSelect } from "./select.js";

/** @import { Granularity, Wishes } from "./model" */
/** @import { View } from "./state.js" */

/** @type {Record<Granularity, string>} */
const NAMES = { subword: "subwords", word: "words", sentence: "sentences" };

/**
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Wishes>) => void} decide
 */
export function createGranularity(signal, decide) {
  const select = createSelect("Colour", signal, (value) =>
    decide({ granularity: /** @type {Granularity} */ (value) }),
  );
  select.field.classList.add("flair-lig-granularity");

  /** @param {View} view */
  function draw({ granularity }) {
    select.draw(Object.entries(NAMES), granularity);
  }

  return { node: select.field, draw };
}
