/** What if: words removed, masked or replaced from the tooltip, and what the model then says. */

import { block, button, element, inline, listen, setText } from "../elements/dom.js";

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
  const tools = block("row", [
    ...[button("Remove", signal, () => apply(null)), mask, replace, field],
  ]);
  tools.role = "group";
  tools.ariaLabel = "What if";

  const sentence = inline();
  sentence.ariaLive = "polite";
  const keep = button("Keep this text", signal, () => finish(kept));
  const undo = button("Undo", signal, () => finish({ edit: null }));
  const node = block("row note", [sentence, keep, undo]);

  /** What is explained if the text after the edit is kept. @type {Partial<Settings>} */
  let kept = {};
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
    const { text = "", data_point, entities } = edited ?? {};
    kept = text ? { text, ...(data_point && { data_point, entities }) } : {};
    keep.hidden = !live || !text;
  }

  return { node, tools, offer, draw };
}
