/** The text itself, coloured word by word. */

import { peak, tone } from "./color.js";
import { element } from "./dom.js";

/** @import { Result } from "./model" */
/** @import { View } from "./state.js" */

const WORD = "flair-lig-word";

export function createHeatmap() {
  const text = element("div", "flair-lig-text");
  text.role = "group";
  text.dir = "auto";
  /** @type {HTMLElement[]} */
  let words = [];
  /** @type {Result | null} */
  let drawn = null;

  /** @param {View} view */
  function draw({ result }) {
    if (result === null || result === drawn) return;
    // The same text keeps its elements, so that hover and focus outlive a new result.
    if (JSON.stringify(result.segments) !== JSON.stringify(drawn?.segments)) write(result);
    drawn = result;
    text.ariaLabel = `The text; the colour of a word is its part in ${result.explained}`;
    const most = peak(result.words);
    for (const word of words) {
      const { side, strength } = tone(result.words[indexOf(word)]?.score ?? 0, most);
      word.className = side === "none" ? WORD : `${WORD} flair-lig-${side}`;
      word.style.setProperty("--flair-lig-strength", strength.toFixed(3));
    }
  }

  /** @param {Result} result */
  function write({ segments }) {
    const focused = text.querySelector(":focus") !== null;
    words = [];
    text.replaceChildren(
      ...segments.map(([piece, index]) => {
        if (index === null) return piece;
        if (index === "unseen") return unseen(piece);
        const word = element("span", WORD, piece);
        word.dataset.word = String(index);
        word.tabIndex = words.length === 0 ? 0 : -1; // one tab stop; roving.js moves it
        words.push(word);
        return word;
      }),
    );
    if (focused) words[0]?.focus();
  }

  return { node: text, draw };
}

/**
 * What the model never read is no word: it has no score, so no tab stop and no tooltip of ours.
 * @param {string} piece
 */
function unseen(piece) {
  const made = element("span", "flair-lig-unseen", piece);
  made.title = "not read by the model";
  return made;
}

/**
 * The word that an element of the text shows, as an index into the result's words.
 * @param {HTMLElement} word
 */
export function indexOf(word) {
  return Number(word.dataset.word);
}

/**
 * The word of the text that an event happened on.
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
export function wordAt({ target }) {
  return target instanceof HTMLElement ? target.closest(`.${WORD}`) : null;
}
