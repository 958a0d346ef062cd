/** The account: from f(x′) over all words to f(x), as one bar that goes there and back. */

import { element, setText } from "./dom.js";
import { decimal, signed } from "./format.js";

/** @import { Result } from "./model" */
/** @import { Pieces, Word } from "./pieces.js" */
/** @import { View } from "./state.js" */
/**
 * @typedef {{
 *   kind: "word" | "special" | "delta",
 *   words: number[],  // by their indices
 *   from: number,     // where it begins and ends on the axis of f, the smaller first
 *   to: number,
 *   back: boolean,    // does it lead back?
 * }} Piece
 */

const MOST = 60; // pieces a side that are drawn by themselves; what is smaller is drawn as one

/**
 * From f(x′) all that adds leads right, then all that takes leads back, and ends at f(x).
 * @param {Result} result
 * @param {Word[]} words
 * @returns {Piece[]}
 */
export function layOut({ baseline_value, special_score, delta }, words) {
  const score = (/** @type {number} */ i) => Math.abs(words[i]?.score ?? 0);
  const order = words.map((_, i) => i).sort((a, b) => score(b) - score(a));
  /** @type {Piece[]} */
  const pieces = [];
  let here = baseline_value;
  for (const back of [false, true]) {
    const side = order.filter((i) => (words[i]?.score ?? 0) * (back ? -1 : 1) > 0);
    const rest = side.splice(MOST);
    /** @type {[Piece["kind"], number[], number][]} */
    const steps = [
      ...side.map((i) => /** @type {["word", number[], number]} */ (["word", [i], score(i)])),
      ["word", rest, rest.reduce((sum, i) => sum + score(i), 0)],
      ["special", [], back ? -special_score : special_score],
      ["delta", [], back ? delta : -delta],
    ];
    for (const [kind, words, size] of steps) {
      if (size <= 0) continue;
      const there = back ? here - size : here + size;
      const [from, to] = back ? [there, here] : [here, there];
      pieces.push({ kind, words, from, to, back });
      here = there;
    }
  }
  return pieces;
}

/**
 * The numbers below the bar, in the order of the sum.
 * @param {Result} result
 * @param {Word[]} words
 */
export function sums({ value, baseline_value, special_score, delta, unit }, words) {
  let gain = 0;
  let loss = 0;
  for (const { score } of words) {
    if (score > 0) gain += score;
    else loss += score;
  }
  return {
    start: `f(x′) ${decimal(baseline_value, 3)}`,
    gain: `words for ${signed(gain, 3)}`,
    loss: `words against ${signed(loss, 3)}`,
    special: special_score === 0 ? "" : `special tokens ${signed(special_score, 3)}`,
    delta: `less delta ${decimal(delta, 3)}`,
    end: `f(x) ${decimal(value, 3)} ${unit}`,
  };
}

export function createAccount() {
  const caption = element("div", "flair-lig-caption");
  const bar = element("div", "flair-lig-way");
  bar.role = "img";
  const names = /** @type {const} */ (["start", "gain", "loss", "special", "delta", "end"]);
  const numbers = names.map((name) => element("span", `flair-lig-sum flair-lig-sum-${name}`));
  const line = element("div", "flair-lig-sums", numbers);
  const box = element("div", "flair-lig-account", [caption, bar, line]);
  /** @type {Pieces | null} */
  let drawn = null;
  /** The piece of each word. @type {Map<number, HTMLElement>} */
  const pieces = new Map();
  /** @type {number | null} */
  let bright = null;

  /** @param {View} view */
  function draw({ result, pieces: cut }) {
    box.hidden = result === null;
    if (!result || !cut || cut === drawn) return;
    drawn = cut;
    setText(caption, `Explaining ${result.explained}`);
    const texts = sums(result, cut.words);
    names.forEach((name, i) => {
      const number = numbers[i];
      if (!number) return;
      setText(number, texts[name]);
      number.hidden = texts[name] === "";
    });
    const told = names.map((name) => texts[name]).filter(Boolean);
    bar.ariaLabel = `From ${told.join(", ")}`;
    write(layOut(result, cut.words));
    light(bright);
  }

  /** @param {Piece[]} laid */
  function write(laid) {
    const low = Math.min(...laid.map(({ from }) => from));
    const scale = 100 / (Math.max(...laid.map(({ to }) => to)) - low);
    bar.hidden = laid.length === 0;
    pieces.clear();
    bar.replaceChildren(
      ...laid.map(({ kind, words, from, to, back }) => {
        const name = kind === "word" ? (back ? "against" : "for") : kind;
        const piece = element("span", `flair-lig-piece flair-lig-piece-${name}`);
        piece.classList.toggle("flair-lig-back", back);
        piece.style.left = `${(from - low) * scale}%`;
        piece.style.width = `${(to - from) * scale}%`;
        for (const word of words) pieces.set(word, piece);
        return piece;
      }),
    );
  }

  /**
   * Shows where in the sum a word stands.
   * @param {number | null} word
   */
  function light(word) {
    if (bright !== null) pieces.get(bright)?.classList.remove("flair-lig-lit");
    bright = word;
    if (word !== null) pieces.get(word)?.classList.add("flair-lig-lit");
  }

  return { node: box, draw, light };
}
