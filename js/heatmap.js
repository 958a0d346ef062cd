/** The text itself, coloured word by word. */

import { peak, tone } from "./color.js";
import { element } from "./dom.js";
import { spoken } from "./format.js";

/** @import { Result } from "./model" */
/** @import { View } from "./state.js" */

const WORD = "flair-lig-word";
const NOTHING = { text: "", score: 0, rank: 0 };

export function createHeatmap() {
  const blank = element("span"); // copied, as there may be ten thousand
  blank.role = "button"; // it pins the tooltip; and without a role it could have no name
  blank.tabIndex = -1;
  const text = element("div", "flair-lig-text");
  text.role = "group";
  text.dir = "auto";
  /** @type {HTMLElement[]} */
  let words = [];
  /** Their indices into the result's words. @type {number[]} */
  let places = [];
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
    words.forEach((word, i) => {
      const { text, score, rank } = result.words[places[i] ?? -1] ?? NOTHING;
      const { side, strength } = tone(score, most);
      word.className = side === "none" ? WORD : `${WORD} flair-lig-${side}`;
      word.style.setProperty("--flair-lig-strength", strength.toFixed(3));
      word.ariaLabel = `${text}, ${spoken(score)}, rank ${rank}`;
    });
  }

  /** @param {Result} result */
  function write({ segments }) {
    const focused = text.querySelector(":focus") !== null;
    words = [];
    places = [];
    text.dir = ""; // under "auto" Chromium looks through all of the text for every piece put in
    text.replaceChildren(
      ...segments.map(([piece, index]) => {
        if (index === null) return piece;
        if (index === "unseen") return unseen(piece);
        const word = /** @type {HTMLElement} */ (blank.cloneNode());
        word.textContent = piece;
        word.setAttribute("data-word", String(index));
        words.push(word);
        places.push(index);
        return word;
      }),
    );
    text.dir = "auto";
    if (words[0]) words[0].tabIndex = 0; // one tab stop; roving.js moves it
    if (focused) words[0]?.focus();
  }

  /**
   * Leads to a word, an index into the result's words.
   * @param {number} index
   */
  function find(index) {
    words[places.indexOf(index)]?.focus();
  }

  return { node: text, draw, find };
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
