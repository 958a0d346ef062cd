/** Top words: the strongest spans of each side; choosing one moves to it in the text. */

import { toCsv } from "../elements/csv.js";
import {
  bareButton,
  block,
  button,
  element,
  inline,
  listen,
  panel,
  setText,
} from "../elements/dom.js";
import { signed } from "../elements/format.js";
import { sideName } from "../messages.js";

/** @import { Result } from "../model" */
/** @import { Span, Spans } from "../state/spans.js" */
/** @import { View } from "../state/view.js" */

const MAX_ROWS = 10;

/**
 * The indices of the strongest spans of one side, strongest first.
 * @param {Span[]} spans
 * @param {1 | -1} sign
 */
export function strongest(spans, sign) {
  const side = spans.flatMap(({ score }, i) => (score * sign > 0 ? [i] : []));
  return side.sort((a, b) => (spans[a]?.rank ?? 0) - (spans[b]?.rank ?? 0)).slice(0, MAX_ROWS);
}

/**
 * @param {{ signal: AbortSignal, onFind: (span: number) => void }} options
 */
export function createTop({ signal, onFind }) {
  const sides = [createSide(1, "for"), createSide(-1, "against")];
  const columns = block(
    "columns",
    sides.map(({ node }) => node),
  );
  const message = inline("message");
  message.ariaLive = "polite";
  const table = element("textarea", "csv");
  table.readOnly = true;
  table.hidden = true;
  table.ariaLabel = "Words as CSV";
  const node = panel("top", "Top words", [
    columns,
    block("row", [button("Copy as CSV", signal, copy), message]),
    table,
  ]);
  /** @type {Spans | null} */
  let drawn = null;
  let unit = "";

  listen(columns, "click", signal, ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button) onFind(Number(button.dataset.find));
  });

  async function copy() {
    if (drawn === null) return;
    const csv = toCsv(drawn.items, unit);
    const count = drawn.items.length;
    try {
      await navigator.clipboard.writeText(csv);
      setText(message, `Copied ${count} rows.`);
      table.hidden = true;
    } catch {
      // In frames without the permission, and in pages without https.
      setText(message, "The browser blocked the clipboard. Copy the table from here.");
      table.value = csv;
      table.hidden = false;
      table.focus(); // for Ctrl+C
      table.select();
    }
  }

  /** @param {View} view */
  function draw({ result, spans }) {
    node.hidden = result === null;
    if (!result || !spans || spans === drawn) return;
    drawn = spans;
    unit = result.unit;
    setText(message, "");
    table.hidden = true;
    for (const side of sides) side.draw(result, spans.items);
  }

  return { node, draw };
}

/**
 * @param {1 | -1} sign
 * @param {"for" | "against"} name
 */
function createSide(sign, name) {
  const caption = inline(`side ${name}`);
  const list = element("ol", "list");
  const node = block("", [caption, list]);
  // Rows are hidden, never removed: a removed row would lose the focus.
  /** @type {ReturnType<typeof createRow>[]} */
  const rows = [];

  /**
   * @param {Result} result
   * @param {Span[]} spans
   */
  function draw(result, spans) {
    const indices = strongest(spans, sign);
    setText(caption, sideName(result, sign));
    node.hidden = indices.length === 0;
    while (rows.length < indices.length) {
      const row = createRow();
      rows.push(row);
      list.append(row.node);
    }
    rows.forEach(({ node, button, text, score }, place) => {
      const index = indices[place];
      const span = index === undefined ? undefined : spans[index];
      node.hidden = span === undefined;
      if (span === undefined) return;
      button.dataset.find = String(index);
      setText(text, span.text);
      setText(score, signed(span.score, 4));
    });
  }

  return { node, draw };
}

function createRow() {
  const text = inline("name");
  text.dir = "auto";
  const score = inline("number");
  const button = bareButton("find", [text, " ", score]);
  return { node: element("li", "", [button]), button, text, score };
}
