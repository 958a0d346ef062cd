/** What if: words removed, masked or replaced from the tooltip, and what the model then says. */

import { button, element, listen, setText } from "../elements/dom.js";

/** @import { Edit, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * @param {{
 *   signal: AbortSignal,
 *   onCommit: (patch: Partial<Settings>) => void,
 *   onDone: () => void,  // the button that was pressed may be gone
 * }} options
 */
export function createEdit({ signal, onCommit, onDone }) {
  const mask = button("Mask", signal, () => apply(null, "mask"));
  const replace = button("Replace…", signal, () => {
    field.hidden = false;
    field.focus();
  });
  const field = element("input");
  field.ariaLabel = "Replacement";
  field.dir = "auto";
  const tools = element("div", "row", [
    ...[button("Remove", signal, () => apply(null)), mask, replace, field],
  ]);
  tools.role = "group";
  tools.ariaLabel = "What if";

  const sentence = element("span");
  sentence.ariaLive = "polite";
  const keep = button("Keep this text", signal, () => finish({ text }));
  const undo = button("Undo", signal, () => finish({ edit: null }));
  const node = element("div", "row note", [sentence, keep, undo]);

  let text = ""; // after the edit; empty if there is none
  /** @type {View | null} */ let drawn = null;
  /** The span that the tools are for. @type {number | null} */ let chosen = null;

  listen(field, "keydown", signal, ({ key, isComposing }) => {
    if (key === "Enter" && !isComposing && field.value.trim()) apply(field.value);
  });

  /**
   * @param {Edit["replacement"]} replacement
   * @param {Edit["erase"]} erase
   */
  function apply(replacement, erase = "delete") {
    const { result, granularity, again } = /** @type {View} */ (drawn);
    if (!result || chosen === null) return;
    const { word: owners, [granularity]: spans } = result.layout.span_of_token;
    const words = owners.flatMap((word, token) => (spans[token] === chosen ? (word ?? []) : []));
    finish({ edit: { request: result.request, words: [...new Set(words)], replacement, erase } });
    again(); // the same edit may have been cancelled
  }

  /** @param {Partial<Settings>} patch */
  function finish(patch) {
    onCommit(patch);
    onDone();
  }

  /**
   * Offers the tools for a span.
   * @param {number | null} span null = none
   */
  function offer(span) {
    if (span !== chosen) {
      field.hidden = true;
      field.value = "";
    }
    chosen = span;
    tools.hidden = span === null || !drawn?.live || drawn.stale;
  }

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    const { edit, edited, live, baselines } = view;
    mask.hidden = !baselines.includes("mask");
    node.hidden = !edit;
    setText(sentence, edited?.summary ?? "No answer yet.");
    text = (live && edited?.text) || "";
    keep.hidden = !text;
  }

  return { node, tools, offer, draw };
}
