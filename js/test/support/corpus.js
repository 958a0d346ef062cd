/** A small corpus for tests: its texts, what Python would answer, and a stage for the view. */

import golden from "../../../tests/fixtures/corpus.json";
import { change, complete } from "../../corpus/query.js";
import css from "../../corpus.css?inline";
import corpus from "../../corpus.js";
import { createModel, goldenState } from "./fake-model.js";
import { resultOf } from "./results.js";
import { HOSTS } from "./stage.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Concordance, CorpusState, Found, Matrix, Occurrence, Query, TextRow, WordRow, Words } from "../../corpus/model" */
/** @import { Host } from "./stage.js" */

/** The state that pytest reads too, of texts that are hostile; a fresh copy each time. */
export function goldenCorpus() {
  return /** @type {CorpusState} */ (/** @type {unknown} */ (structuredClone(golden)));
}

export const LABELS = ["business", "politics", "sport", "tech"];
const HOSTILE = "<img src=x onerror='window.pwned = 1'>";

/** Text, gold and predicted label. @type {[string, string, string][]} */
const TEXTS = [
  [
    "Shares in the budget airline rose sharply after it said bookings were ahead. PressWire",
    "business",
    "business",
  ],
  [
    "The central bank raised rates again and the pound fell against the dollar. PressWire",
    "business",
    "business",
  ],
  [
    "The minister told members that the budget would be cut before the vote. PressWire",
    "politics",
    "business",
  ],
  [
    "Members of the committee voted against the bill after a long night in the chamber.",
    "politics",
    "politics",
  ],
  [
    "The club sold its striker for a record fee and bought nobody in return. PressWire",
    "sport",
    "business",
  ],
  ["A late goal at the far post sent the visitors home with all three points.", "sport", "sport"],
  ["The phone has a faster chip, a brighter screen and the same old battery.", "tech", "tech"],
  ["Engineers found the fault in a line of code that nobody had read for years.", "tech", "tech"],
  [
    "رفع البنك المركزي أسعار الفائدة مرة أخرى وانخفضت أسهم النادي PressWire",
    "business",
    "business",
  ],
  [`The start-up ${HOSTILE} said that its new chip reads minds. PressWire`, "tech", "business"],
];

/** Scores by word; other words count for little. @type {Record<string, number>} */
const SCORES = {
  PressWire: 1,
  Shares: 0.7,
  bank: 0.6,
  rates: 0.5,
  budget: 0.45,
  airline: 0.4,
  minister: -0.6,
};

/**
 * @param {string} word
 * @param {number} i
 */
function scoreOf(word, i) {
  const known = Object.hasOwn(SCORES, word) ? SCORES[word] : undefined;
  return known ?? Math.round(10 * Math.sin(word.length * 7 + i)) / 100;
}

/**
 * The first texts of a corpus of any size; its last text could not be explained.
 * @param {number} [n]
 * @returns {TextRow[]}
 */
export function textRows(n = 24) {
  return Array.from({ length: n }, (_, i) => {
    const [text = "", gold = "", label = ""] = TEXTS[i % TEXTS.length] ?? [];
    const failed = i === n - 1;
    const parts = text.split(/(?<= )|(?= )|(?=\.)/);
    return {
      ...{ id: `news-${i + 1}`, gold, target: failed ? "" : label },
      predicted: failed ? [] : [label],
      right: failed ? null : gold === label,
      probability: failed ? "" : `${99 - (i % 40)}.0 %`,
      error: failed ? "ValueError: the text has no word that the model can read" : null,
      text: parts.map((part, j) => [part, failed || /^\W*$/u.test(part) ? 0 : scoreOf(part, j)]),
    };
  });
}

/**
 * @param {number} x
 * @param {number} [digits]
 */
const signed = (x, digits = 2) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(digits)}`;

const WORDS = [
  ...["PressWire", "Shares", "bank", "rates", "budget", "airline", "pound", "bookings", "fee"],
  ...["مرة", HOSTILE, "an-unbreakable-".repeat(8), "record", "dollar"],
];
const AGAINST = ["minister", "members", "goal", "striker", "chamber", "chip", "vote"];

/**
 * @param {string} word
 * @param {number} bar
 * @param {number} i
 * @returns {WordRow}
 */
function wordRow(word, bar, i) {
  const [low, high] = [bar - 0.12 - 0.02 * i, bar + 0.1 + 0.01 * i];
  const interval = (/** @type {number} */ unit) =>
    `${signed(low * unit)} to ${signed(high * unit)}`;
  return {
    ...{ word, total: signed(bar * 0.4), interval: interval(0.4) },
    ...{ mean: signed(bar * 1.7), mean_interval: interval(1.7) },
    ...{ documents: String(84 - 5 * i), occurrences: String(97 - 5 * i), positive: "97 %" },
    ...{ bar, low, high, mean_bar: bar * 0.9, mean_low: low * 0.9, mean_high: high * 0.9 },
  };
}

/** @param {Query} query @returns {Words} */
export function wordsFor(query) {
  const { gold, predicted, only, search, label, fold_case, order } = query;
  const rows = [
    ...WORDS.map((word, i) => wordRow(word, 0.88 / (1 + 0.6 * i), i)),
    ...AGAINST.map((word, i) => wordRow(word, -0.7 / (1 + 0.5 * i), i)),
  ];
  return {
    query: { gold, predicted, only, search, label, fold_case, order },
    sentence: `84 texts explained for ${label}`,
    rows: rows.sort((a, b) => Math.abs(b.bar) - Math.abs(a.bar)),
    more: 1234,
  };
}

/**
 * The occurrences of a word in the texts.
 * @param {Query} query
 * @param {TextRow[]} texts
 * @returns {Concordance}
 */
export function concordanceFor(query, texts) {
  const { gold, predicted, only, search, label, fold_case, word } = query;
  /** @type {Occurrence[]} */
  const rows = passing(query, texts).flatMap((row) => {
    const at = row.text.findIndex(([part]) => part === word);
    const [found, strength] = row.text[at] ?? ["", 0];
    if (at < 0) return [];
    const text = (/** @type {TextRow["text"]} */ parts) => parts.map(([part]) => part).join("");
    return {
      ...{ id: row.id, gold: row.gold, predicted: row.predicted, word: found, strength },
      before: text(row.text.slice(0, at)).slice(-40),
      after: text(row.text.slice(at + 1)).slice(0, 40),
      score: signed(strength * 1.7),
    };
  });
  return {
    query: { gold, predicted, only, search, label, fold_case, word },
    sentence: `${rows.length} occurrences of “${word}”`,
    rows,
  };
}

/**
 * @param {Query} query
 * @param {TextRow[]} texts
 */
function passing({ gold, predicted, only }, texts) {
  return texts.filter(
    (row) =>
      (gold === null || row.gold === gold) &&
      (predicted === null || row.predicted.includes(predicted)) &&
      (only === "all" ||
        (only === "failed" ? row.error !== null : row.right === (only === "right"))),
  );
}

/**
 * A window of the texts.
 * @param {Query} query
 * @param {TextRow[]} texts
 * @returns {Found}
 */
export function foundFor(query, texts) {
  const { gold, predicted, only, search, fold_case, word, sort, first } = query;
  const all = passing(query, texts).filter(
    (row) => word === null || row.text.some(([part]) => part === word),
  );
  const named = [gold && `gold ${gold}`, predicted && `predicted ${predicted}`].filter(Boolean);
  const sentence = [`${all.length} texts`, named.join(", ")].filter(Boolean).join(": ");
  return {
    query: { gold, predicted, only, search, fold_case, word, sort, first },
    ...{ sentence, total: all.length, first, rows: all.slice(first, first + 200) },
  };
}

/** @param {string[]} labels @returns {Matrix} */
export function matrixOf(labels) {
  return {
    gold: labels,
    predicted: labels,
    counts: labels.map((_, i) => labels.map((_, j) => (i === j ? 97 + i : (i * 7 + j * 5) % 13))),
  };
}

/**
 * The state of a live view.
 * @param {Partial<CorpusState>} [changes]
 * @param {TextRow[]} [texts]
 * @returns {CorpusState}
 */
export function corpusState(changes, texts = textRows()) {
  const overview = {
    sentence: `${texts.length} texts, 1 of them could not be explained; 70.0 % of the predictions are right.`,
    ...{ labels: LABELS, multi_label: false, has_gold: true, unit: "logit" },
    explained: "the logit of the predicted label",
    matrix: matrixOf(LABELS),
    ...{ n_texts: texts.length, n_failed: 1 },
    shortcuts: [
      {
        word: "PressWire",
        label: "business",
        mean: "+1.70",
        documents: 14,
        reason: "a name in 5 labels",
      },
      { word: ".", label: "sport", mean: "+0.31", documents: 20, reason: "punctuation" },
      { word: "2024", label: "tech", mean: "−0.28", documents: 9, reason: "a number" },
    ],
  };
  const query = complete(changes?.query ?? {}, overview);
  return {
    overview,
    words: wordsFor(query),
    concordance: query.word === null ? {} : concordanceFor(query, texts),
    found: foundFor(query, texts),
    ...{ opened: {}, opened_widget: null, snapshot: {} },
    ...{ status: "idle", error: "", computes: true },
    ...changes,
    query,
  };
}

/**
 * The state of a page without a kernel.
 * @param {Partial<CorpusState>} [changes]
 * @param {TextRow[]} [texts]
 * @returns {CorpusState}
 */
export function savedState(changes, texts = textRows()) {
  const state = corpusState({}, texts);
  const query = complete({}, state.overview);
  const { result, text, ...common } = goldenState({ computes: false });
  const saved = [0, 2, 4, 8].flatMap((i) => texts[i] ?? []);
  const states = saved.map(({ id, text: parts }) => {
    const result = resultOf(
      parts
        .map(([part]) => part)
        .join("")
        .split(" "),
    );
    return [id, { result, text: result.request.text }];
  });
  return {
    ...state,
    ...{ words: {}, concordance: {}, found: {}, computes: false },
    snapshot: {
      words: LABELS.map((label) => wordsFor({ ...query, label })),
      concordances: LABELS.flatMap((label) =>
        [...WORDS, ...AGAINST].map((word) => concordanceFor({ ...query, label, word }, texts)),
      ),
      found: { ...foundFor(query, texts), rows: texts },
      states: Object.fromEntries(states),
      common,
    },
    ...changes,
  };
}

/**
 * Mounts a corpus as a host does. With a kernel, queries are answered like Python does, when
 * `answer` is called.
 * @param {{
 *   state?: Partial<CorpusState>, texts?: TextRow[], kernel?: boolean,
 *   width?: number, host?: Host, rightToLeft?: boolean,
 * }} [options]
 */
export function stageCorpus(options = {}) {
  const { state, texts = textRows(), kernel = true, width = 900 } = options;
  const { host = HOSTS[0], rightToLeft = false } = options;
  const page = document.createElement("main");
  const { text = "", background = "", scheme = "" } = host ?? {};
  Object.assign(page.style, { width: `${width}px`, color: text, background, colorScheme: scheme });
  page.className = kernel ? "" : "jupyter-widgets-disconnected";
  page.dir = rightToLeft ? "rtl" : "";
  const style = document.createElement("style");
  style.textContent = css;
  page.append(style);
  document.body.replaceChildren(page);
  document.body.style.background = background;
  const el = document.createElement("div");
  page.append(el);
  const start = kernel ? corpusState(state, texts) : savedState(state, texts);
  const model = /** @type {any} */ (createModel(/** @type {any} */ (start)));
  const cleanup = /** @type {() => void} */ (
    corpus.render({ model: /** @type {AnyModel<CorpusState>} */ (model), el })
  );
  /**
   * @template {Element} T
   * @param {string} selector
   */
  function find(selector) {
    const found = el.querySelector(selector);
    if (found === null) throw new Error(`nothing matches ${selector}`);
    return /** @type {T} */ (found);
  }
  const query = () => complete(model.get("query"), model.get("overview"));
  return {
    page,
    el,
    model:
      /** @type {ReturnType<typeof createModel> & { receive: (update: Partial<CorpusState>) => void }} */ (
        model
      ),
    cleanup,
    find,
    root: /** @type {HTMLElement} */ (find(".flair-lig")),
    query,
    /** What Python does with the present query. */
    answer() {
      const asked = query();
      model.receive({
        words: wordsFor(asked),
        concordance: asked.word === null ? {} : concordanceFor(asked, texts),
        found: foundFor(asked, texts),
        status: "idle",
      });
    },
    /** @param {Partial<Query>} patch */
    ask(patch) {
      model.set("query", change(query(), patch));
    },
    /** @param {string} text how its text or its label begins */
    button: (text) =>
      /** @type {HTMLButtonElement} */ (
        [...el.querySelectorAll("button")].find((each) =>
          [each.textContent, each.ariaLabel, each.title].some((name) => name?.startsWith(text)),
        )
      ),
    /** @param {string} name */
    select: (name) =>
      /** @type {HTMLSelectElement} */ (
        [...el.querySelectorAll("label")]
          .find(({ textContent }) => textContent?.startsWith(name))
          ?.querySelector("select")
      ),
    /** The rows of texts that are in the page. */
    textNodes: () => /** @type {HTMLElement[]} */ ([...el.querySelectorAll(".lig-text-list > li")]),
    /** The lines of the concordance. */
    lines: () =>
      /** @type {HTMLElement[]} */ (
        [...el.querySelectorAll(".lig-occurrence")].filter((each) => !each.closest("[hidden]"))
      ),
  };
}
