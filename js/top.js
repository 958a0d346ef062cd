/** Top words: the strongest on each side, each leading to its place in the text. */

import { toCsv } from "./csv.js";
import { button, element, listen, setText } from "./dom.js";
import { signed } from "./format.js";
import { sideOf } from "./legend.js";

/** @import { Result } from "./model" */
/** @import { Pieces, Word } from "./pieces.js" */
/** @import { View } from "./state.js" */

const MOST = 10;

/**
 * The strongest words of one side, as indices, the strongest first.
 * @param {Word[]} words
 * @param {1 | -1} sign
 */
export function strongest(words, sign) {
  const side = words.flatMap(({ score }, i) => (score * sign > 0 ? [i] : []));
  return side.sort((a, b) => (words[a]?.rank ?? 0) - (words[b]?.rank ?? 0)).slice(0, MOST);
}

/**
 * @param {AbortSignal} signal
 * @param {(word: number) => void} find leads to a word in the text
 */
export function createTop(signal, find) {
  const sides = [createSide(1, "for"), createSide(-1, "against")];
  const columns = element(
    "div",
    "flair-lig-columns",
    sides.map(({ node }) => node),
  );
  const said = element("span", "flair-lig-said");
  said.ariaLive = "polite";
  const table = element("textarea", "flair-lig-csv");
  table.readOnly = true;
  table.hidden = true;
  table.ariaLabel = "The words as CSV";
  const box = element("details", "flair-lig-more flair-lig-top", [
    element("summary", "", "Top words"),
    columns,
    element("div", "flair-lig-row", [button("Copy as CSV", signal, copy), said]),
    table,
  ]);
  /** @type {Pieces | null} */
  let drawn = null;
  let unit = "";

  listen(columns, "click", signal, ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button) find(Number(button.dataset.word));
  });

  async function copy() {
    if (drawn === null) return;
    const csv = toCsv(drawn.words, unit);
    const count = drawn.words.length;
    try {
      await navigator.clipboard.writeText(csv);
      setText(said, `Copied ${count} rows.`);
      table.hidden = true;
    } catch {
      // Frames without the permission, and pages without https.
      setText(said, "The browser refuses the clipboard; copy it from here.");
      table.value = csv;
      table.hidden = false;
      table.focus(); // or Ctrl+C would not hear of it
      table.select();
    }
  }

  /** @param {View} view */
  function draw({ result, pieces }) {
    box.hidden = result === null;
    if (!result || !pieces || pieces === drawn) return;
    drawn = pieces;
    unit = result.unit;
    setText(said, "");
    table.hidden = true;
    for (const side of sides) side.draw(result, pieces.words);
  }

  return { node: box, draw };
}

/**
 * @param {1 | -1} sign
 * @param {"for" | "against"} name
 */
function createSide(sign, name) {
  const caption = element("span", `flair-lig-side flair-lig-${name}`);
  const list = element("ol", "flair-lig-list");
  const box = element("div", "", [caption, list]);
  // Rows are never taken away: the one in use would lose the focus.
  /** @type {{ node: HTMLElement, button: HTMLElement, word: HTMLElement, score: HTMLElement }[]} */
  const rows = [];

  /**
   * @param {Result} result
   * @param {Word[]} words
   */
  function draw(result, words) {
    const indices = strongest(words, sign);
    setText(caption, sideOf(result, sign));
    box.hidden = indices.length === 0;
    while (rows.length < indices.length) rows.push(createRow());
    rows.forEach(({ node, button, word, score }, place) => {
      const index = indices[place];
      const its = index === undefined ? undefined : words[index];
      node.hidden = its === undefined;
      if (its === undefined) return;
      button.dataset.word = String(index);
      setText(word, its.text);
      setText(score, signed(its.score, 4));
    });
  }

  function createRow() {
    const word = element("span", "flair-lig-name");
    word.dir = "auto";
    const score = element("span", "flair-lig-number");
    const button = element("button", "flair-lig-find", [word, " ", score]);
    button.type = "button";
    const node = element("li", "", [button]);
    list.append(node);
    return { node, button, word, score };
  }

  return { node: box, draw };
}
