/** The words of a label, for and against it: a bar with its interval, the number, and the texts. */

import { block, element, inline, listen, setText } from "../elements/dom.js";
import { createSelect, optionsOf } from "../elements/select.js";
import { sideName } from "../messages.js";
import { createList } from "./list.js";
import { isFiltered, isValue } from "./query.js";

/** @import { Query, WordRow, Words } from "./model" */
/** @import { View } from "./source.js" */

/** @type {[Query["order"], string][]} */
const ORDERS = [
  ["total", "Total"],
  ["mean", "Mean where it occurs"],
];

/**
 * What a bar shows: its side, its length and the ends of the interval, of which one may be below 0.
 * @param {WordRow} row
 * @param {Query["order"]} order
 */
export function barOf({ mean_bar, mean_low, mean_high, bar, low, high }, order) {
  const [size, ...ends] = order === "mean" ? [mean_bar, mean_low, mean_high] : [bar, low, high];
  const sign = Math.sign(size);
  const [from = 0, to = 0] = ends.map((end) => sign * end).sort((a, b) => a - b);
  return { sign, size: sign * size, from, to };
}

/**
 * The lowest of all ends: there the bars of both sides begin.
 * @param {WordRow[]} rows
 * @param {Query["order"]} order
 */
export function lowest(rows, order) {
  return Math.min(0, ...rows.map((row) => barOf(row, order).from));
}

/**
 * All numbers of a word.
 * @param {WordRow} row
 * @param {Pick<View["overview"], "unit">} overview
 */
export function detailsOf(row, overview) {
  const { total, interval, mean, mean_interval, documents, occurrences, positive } = row;
  return (
    `Total ${total} (90 % interval ${interval}), mean where it occurs ${mean} (${mean_interval}); ` +
    `${occurrences} occurrences in ${documents} texts, ${positive} of them ` +
    `${isValue(overview) ? "raise the value" : "for the label"}.`
  );
}

/**
 * What a reader must know of words that were saved.
 * @param {View} view
 */
export function wordsNote({ query, words: { answer, saved, note } }) {
  if (!saved) return note;
  if (isFiltered(query)) return "Words of all texts; those of a selection need the kernel.";
  const same = answer?.query.order === query.order;
  return same ? "" : "Of the words with the largest totals; the others need the kernel.";
}

/** @param {{ signal: AbortSignal, onCommit: (patch: Partial<Query>) => void }} options */
export function createWords({ signal, onCommit }) {
  const label = createSelect({
    ...{ signal, name: "Label" },
    onCommit: (/** @type {string} */ label) => onCommit({ label }),
  });
  const order = createSelect({
    ...{ signal, name: "Sort by" },
    onCommit: (/** @type {Query["order"]} */ order) => onCommit({ order }),
  });
  const fold = element("input");
  fold.type = "checkbox";
  listen(fold, "change", signal, () => onCommit({ fold_case: fold.checked }));
  const sentence = element("p", "caption");
  const note = element("p", "note");
  const sides = [createSide(1, "for"), createSide(-1, "against")];
  const columns = block(
    "sides",
    sides.map(({ node }) => node),
  );
  const more = element("p", "caption");
  const node = element("section", "panel words", [
    element("h2", "", "Words of a label"),
    block("fields", [label.node, order.node, element("label", "fold", [fold, " Fold case"])]),
    ...[sentence, note],
    columns,
    more,
  ]);

  /**
   * @param {1 | -1} sign
   * @param {string} name
   */
  function createSide(sign, name) {
    const caption = inline(`side ${name}`);
    const number = inline("number");
    const head = block("word-head caption", [...[caption, number, inline("number", "Texts")]]);
    /** @type {Query["order"]} */ let order = "total";
    let least = 0;
    /** @type {WordRow[]} */ let known = [];
    /** @type {WordRow[]} */ let rows = [];
    let about = { unit: "" };
    /** @type {string | null} */ let chosen = null;
    const list = createList({
      ...{ signal, name: "word", write },
      onChoose: (/** @type {WordRow} */ { word }) =>
        onCommit({ word: word === chosen ? null : word }),
    });

    /**
     * @param {WordRow} row
     * @param {HTMLElement} button
     */
    function write(row, button) {
      const { size, from, to } = barOf(row, order);
      const piece = (
        /** @type {string} */ kind,
        /** @type {number} */ a,
        /** @type {number} */ b,
      ) => {
        const node = inline(kind);
        node.style.left = `${(100 * (a - least)) / (1 - least)}%`;
        node.style.width = `${(100 * (b - a)) / (1 - least)}%`;
        return node;
      };
      const bar = inline("word-bar", [
        piece(sign > 0 ? "bar" : "bar bar-against", 0, size),
        piece("whisker", from, to),
      ]);
      const value = order === "mean" ? row.mean : row.total;
      button.title = `${row.word}: ${detailsOf(row, about)}`;
      return [
        ...[element("bdi", "name", row.word), bar],
        ...[value, row.documents].map((each) => inline("number", each)),
      ];
    }

    /**
     * @param {Words} answer
     * @param {View} view
     */
    function draw(answer, { query, overview }) {
      about = overview;
      if (answer.rows !== known || order !== query.order) {
        known = answer.rows;
        order = query.order;
        least = lowest(known, order);
        rows = known.filter((row) => barOf(row, order).sign === sign);
      }
      chosen = query.word;
      const output = isValue(overview) ? "value" : "logit";
      setText(caption, sideName({ output, target: answer.query.label, contrast: null }, sign));
      setText(number, order === "mean" ? "Mean" : "Total");
      list.draw(rows, ({ word }) => word === chosen);
    }

    return { node: block("", [head, list.node]), draw };
  }

  /** @param {View} view */
  function draw(view) {
    const { overview, query } = view;
    const { answer, stale } = view.words;
    label.draw(optionsOf(overview.labels, query.label), query.label);
    order.draw(ORDERS, query.order);
    fold.checked = query.fold_case;
    node.classList.toggle("lig-stale", stale);
    setText(sentence, answer && !stale ? answer.sentence : "");
    setText(note, wordsNote(view));
    setText(
      more,
      answer?.more ? `and ${answer.more.toLocaleString("en")} more, with smaller numbers` : "",
    );
    columns.hidden = answer === null;
    if (answer) for (const side of sides) side.draw(answer, view);
  }

  return { node, draw };
}
