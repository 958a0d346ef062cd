/** The overview: the corpus in a sentence, and what the scores are. */

import { element, inline, setText } from "../elements/dom.js";

/** @import { View } from "./source.js" */

export function createOverview() {
  const lead = element("strong");
  const scores = inline("caption");
  const node = element("p", "overview", [lead, " ", scores]);
  node.dir = "auto";

  /** @param {View} view */
  function draw({ overview: { sentence, explained, unit } }) {
    setText(lead, sentence);
    setText(scores, `Scores are contributions to ${explained}, in ${unit}.`);
  }

  return { node, draw };
}
