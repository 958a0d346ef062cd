/** The text itself, coloured word by word. */

import { peak, tone } from "./color.js";
import { element } from "./dom.js";
import { spoken } from "./format.js";

/** @import { Pieces } from "./pieces.js" */
/** @import { View } from "./state.js" */

const WORD = "flair-lig-word";
const NOTHING = { text: "", score: 0, rank: 0 };

export function createHeatmap() {
  const blank = element("span", WORD); // copied, as there may be ten thousand
  blank.role = "button"; // it pins the tooltip; and without a role it could have no name
  blank.tabIndex = -1;
  const text = element("div", "flair-lig-text");
  text.role = "group";
  text.dir = "auto";
  /** @type {HTMLElement[]} */
  let words = [];
  /** Their indices among the pieces. @type {number[]} */
  let places = [];
  /** @type {Pieces | null} */
  let drawn = null;

  /** @param {View} view */
  function draw({ result, pieces }) {
    if (!result || !pieces || pieces === drawn) return;
    // The same text keeps its elements, so that hover and focus outlive a new result.
    if (!same(pieces.segments, drawn?.segments)) write(pieces);
    drawn = pieces;
    text.ariaLabel = `The text; the colour of a word is its part in ${result.explained}`;
    const most = peak(pieces.words);
    words.forEach((word, i) => {
      const { text, score, rank } = pieces.words[places[i] ?? -1] ?? NOTHING;
      const { side, strength } = tone(score, most);
      word.className = side === "none" ? WORD : `${WORD} flair-lig-${side}`;
      word.style.setProperty("--flair-lig-strength", strength.toFixed(3));
      word.ariaLabel = `${text}, ${spoken(score)}, rank ${rank}`;
    });
  }

  /** @param {Pieces} pieces */
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
   * Leads to a word.
   * @param {number} index
   */
  function find(index) {
    words[places.indexOf(index)]?.focus();
  }

  return { node: text, draw, find };
}

/**
 * @param {Pieces["segments"]} one
 * @param {Pieces["segments"]} [other]
 */
function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
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
 * Which word an element of the text shows.
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
