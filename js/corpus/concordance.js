/** The concordance: a line for each occurrence of the word, which stand below each other. */

import { element, inline, setText } from "../elements/dom.js";
import { inOneLine } from "../elements/format.js";
import { labelsOf } from "./labels.js";
import { createList } from "./list.js";
import { isValue } from "./query.js";
import { tinted } from "./tint.js";
import { detailsOf } from "./words.js";

/** @import { Occurrence } from "./model" */
/** @import { View } from "./source.js" */

/** @param {{ signal: AbortSignal, onOpen: (id: string) => void }} options */
export function createConcordance({ signal, onOpen }) {
  let hasValues = false;
  const title = element("h2");
  const sentence = element("p", "caption");
  const numbers = element("p", "caption");
  const note = element("p", "note");
  const list = createList({
    ...{ signal, name: "occurrence", write },
    onChoose: (/** @type {Occurrence} */ { id }) => onOpen(id),
  });
  const node = element("section", "panel", [title, sentence, numbers, note, list.node]);

  /**
   * @param {Occurrence} row
   * @param {HTMLElement} button
   */
  function write(row, button) {
    const { id, before, word, after, score, strength } = row;
    const line = inline("line", [
      inline("before", [inline("", inOneLine(before))]), // so that its beginning is cut off
      inline("", [tinted(word, strength)]),
      inline("", inOneLine(after)),
    ]);
    line.dir = "auto";
    button.title = id;
    const labels = hasValues ? [] : [labelsOf(row)];
    return [line, inline("line-facts", [inline("number", score), ...labels])];
  }

  /** @param {View} view */
  function draw({ query: { word, open }, overview, words, concordance }) {
    const { answer, stale, note: said } = concordance;
    hasValues = isValue(overview);
    const row = words.stale ? null : words.answer?.rows.find((row) => row.word === word);
    node.classList.toggle("lig-stale", stale);
    title.replaceChildren(
      "Occurrences",
      ...(word === null ? [] : [" of ", element("bdi", "", `“${word}”`)]),
    );
    setText(sentence, answer && !stale ? answer.sentence : "");
    if (word === null) setText(sentence, "Choose a word to see where it occurs.");
    setText(numbers, row ? detailsOf(row, overview) : "");
    setText(note, word === null ? "" : said);
    list.node.hidden = word === null || answer === null;
    if (answer) list.draw(answer.rows, ({ id }) => id === open);
  }

  return { node, draw };
}
