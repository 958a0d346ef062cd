/** The text, each span coloured by its score. */

import { peak, tone } from "../elements/color.js";
import { block, inline, titled } from "../elements/dom.js";
import { spoken } from "../elements/format.js";
import { addRoving } from "../elements/roving.js";
import { SPAN } from "../elements/span-element.js";
import { equal } from "../state/result-cache.js";
import { textsOf } from "../state/spans.js";
import { createMarks } from "./marks.js";

/** @import { Settings } from "../model" */
/** @import { Spans } from "../state/spans.js" */
/** @import { View } from "../state/view.js" */

const LIT = "lig-lit";
const EMPTY = { text: "", score: 0, rank: 0 };

/**
 * @param {{
 *   signal: AbortSignal,
 *   name?: string,  // if it is not the text itself
 *   onCommit?: (patch: Partial<Settings>) => void,
 * }} options
 */
export function createHeatmap({ signal, name = "", onCommit = () => {} }) {
  const template = inline("span"); // cloned, because there may be ten thousand
  // In the text it pins the tooltip. Without a role it could not have a label.
  template.role = name ? "img" : "button";
  template.tabIndex = -1;
  const text = block("text");
  text.role = "group";
  text.ariaLabel = name || null;
  text.dir = "auto";
  addRoving(text, signal);
  const marks = createMarks({ text, onCommit });
  /** @type {HTMLElement[]} */
  let nodes = [];
  /** The index of the span of each node. @type {number[]} */
  let indices = [];
  /** The marked ones. @type {HTMLElement[]} */
  let lit = [];
  /** @type {Spans | null} */
  let drawn = null;

  /** @param {View} view */
  function draw(view) {
    const { result, spans } = view;
    if (!result || !spans) return clear();
    if (spans !== drawn) {
      text.ariaLabel = `Text, coloured by contribution to ${result.explained}`;
      color(spans, peak(spans.items));
    }
    marks.draw(view, nodes);
  }

  /**
   * @param {Spans} spans
   * @param {number} most the score of the full colour
   */
  function color(spans, most) {
    // The same text keeps its elements, so that hover and focus survive a new result.
    if (!same(spans, drawn)) write(spans);
    drawn = spans;
    nodes.forEach((node, i) => {
      const { text, score, rank } = spans.items[indices[i] ?? -1] ?? EMPTY;
      const { side, strength } = tone(score, most);
      node.className = side === "none" ? SPAN : `${SPAN} lig-${side}`;
      node.style.setProperty("--lig-strength", strength.toFixed(3));
      node.ariaLabel = `${text}, ${spoken(score)}${rank ? `, rank ${rank}` : ""}`;
    });
  }

  function clear() {
    if (drawn === null) return;
    drawn = null;
    text.ariaLabel = null;
    write({ segments: [], n_texts: 1 });
  }

  /** @param {Pick<Spans, "segments" | "n_texts">} spans */
  function write(spans) {
    const focused = text.querySelector(":focus") !== null;
    nodes = [];
    indices = [];
    text.dir = ""; // under "auto" Chromium searches the whole text at every insertion
    const texts = textsOf(spans).map((segments) => segments.map(createSegment));
    if (texts.length === 1) {
      text.replaceChildren(...texts.flat());
      text.dir = "auto";
    } else {
      const blocks = texts.map((content) => block("", content));
      for (const each of blocks) each.dir = "auto";
      text.replaceChildren(...titled(blocks));
    }
    if (nodes[0]) nodes[0].tabIndex = 0; // the one tab stop; roving.js moves it
    if (focused) nodes[0]?.focus();
  }

  /** @param {Spans["segments"][number]} segment */
  function createSegment([content, index]) {
    if (index === null) return content;
    if (index === "truncated") return createTruncated(content);
    const node = /** @type {HTMLElement} */ (template.cloneNode());
    node.textContent = content;
    node.setAttribute("data-span", String(index));
    nodes.push(node);
    indices.push(index);
    return node;
  }

  /**
   * Moves the focus to a span.
   * @param {number} index
   */
  function find(index) {
    nodes[indices.indexOf(index)]?.focus();
  }

  /**
   * Marks spans, until other ones are marked or a result is drawn.
   * @param {Set<number>} wanted
   */
  function light(wanted) {
    for (const node of lit) node.classList.remove(LIT);
    lit = wanted.size === 0 ? [] : nodes.filter((_, i) => wanted.has(indices[i] ?? -1));
    for (const node of lit) node.classList.add(LIT);
  }

  /** Scrolls as far as the first marked span. */
  function showLit() {
    lit[0]?.scrollIntoView({ block: "center" });
  }

  return { node: text, draw, color, find, light, showLit };
}

/**
 * Whether both have the same text.
 * @param {Spans} one
 * @param {Spans | null} other
 */
function same(one, other) {
  return one.n_texts === other?.n_texts && equal(one.segments, other.segments);
}

/**
 * Text that the model did not read has no score, so it gets no tab stop and no tooltip.
 * @param {string} content
 */
function createTruncated(content) {
  const node = inline("truncated", content);
  node.title = "not read by the model";
  return node;
}
