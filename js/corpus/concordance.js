/** The concordance: a line for each occurrence of the word, which stand below each other. */

import { element, setText } from "../elements/dom.js";
import { labelsOf } from "./labels.js";
import { createList } from "./list.js";
import { tinted } from "./tint.js";
import { detailsOf } from "./words.js";

/** @import { Occurrence } from "./model" */
/** @import { View } from "./source.js" */

/** @param {{ signal: AbortSignal, onOpen: (id: string) => void }} options */
export function createConcordance({ signal, onOpen }) {
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
    const line = element("span", "line", [
      element("span", "before", [element("span", "", before)]), // so that its beginning is cut off
      element("span", "", [tinted(word, strength)]),
      element("span", "", after),
    ]);
    line.dir = "auto";
    button.title = id;
    return [line, element("span", "line-facts", [element("span", "number", score), labelsOf(row)])];
  }

  /** @param {View} view */
  function draw({ query: { word, open }, words, concordance: { answer, stale, note: said } }) {
    const row = words.stale ? null : words.answer?.rows.find((row) => row.word === word);
    node.classList.toggle("lig-stale", stale);
    title.replaceChildren(
      "Occurrences",
      ...(word === null ? [] : [" of ", element("bdi", "", `“${word}”`)]),
    );
    setText(sentence, answer && !stale ? answer.sentence : "");
    if (word === null) setText(sentence, "Choose a word to see where it occurs.");
    setText(numbers, row ? detailsOf(row) : "");
    setText(note, word === null ? "" : said);
    list.node.hidden = word === null || answer === null;
    if (answer) list.draw(answer.rows, ({ id }) => id === open);
  }

  return { node, draw };
}
