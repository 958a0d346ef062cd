/** The status line: what was found, in words, and what went wrong. */

import { block, element, inline, setText } from "../elements/dom.js";
import { chosen } from "./query.js";

/** @import { View } from "./source.js" */

export function createStatus() {
  const line = element("strong");
  const note = block("note");
  const failure = block("error");
  const status = block("status", [line, note, failure]);
  status.role = "status";
  const bar = element("progress");
  bar.ariaLabel = "Searching";
  const node = block("status-line", [status, inline("activity", [bar])]);
  let wasLive = false;
  let drawn = "";

  /** @param {View} view */
  function draw({ found: { answer, stale, saved, note: said }, query, live, status, error }) {
    // The sentence of another query would be wrong; it comes back with the answer.
    const sentence = answer && !stale ? answer.sentence : "";
    const filters = saved ? chosen(query) : []; // the sentences of Python have them
    const key = JSON.stringify([sentence, filters]);
    if (key !== drawn) {
      const parts = filters.flatMap(({ name, value }, i) => [
        ...[i > 0 ? ", " : ": ", name, element("bdi", "", value)],
      ]);
      line.replaceChildren(sentence, ...parts);
    }
    drawn = key;
    setText(note, said || (wasLive && !live ? "No kernel is connected." : ""));
    wasLive ||= live;
    setText(failure, status === "error" ? error : "");
    bar.hidden = status !== "running";
  }

  return { node, draw };
}
