/** The tooltip of a word: its exact numbers, on hover and focus, pinned by a click; Esc closes it. */

import { createCurve } from "./curve.js";
import { element, listen } from "./dom.js";
import { percent, signed } from "./format.js";
import { indexOf, wordAt } from "./heatmap.js";

/** @import { Pieces, Word } from "./pieces.js" */
/** @import { View } from "./state.js" */

const GAP = 6;
const GRACE = 100; // milliseconds; crossing the space between two words must not flicker
const MOST = 12; // subwords

/**
 * @param {Word} word
 * @param {number} count of all words
 * @param {string} unit
 */
export function describe({ text, score, share, rank, subwords }, count, unit) {
  const [one] = subwords;
  const several = subwords.length > 1;
  // Cased or marked ("Ġbank"), it still is the word, and there is nothing to tell.
  const whole = !one || one.text.toLowerCase().includes(text.toLowerCase());
  const more = subwords.length - MOST;
  return {
    score: `${signed(score, 4)} ${unit}`,
    share: share === null ? "no share: f(x) = f(x′)" : `${percent(share)} of f(x) − f(x′)`,
    rank: `rank ${rank} of ${count}`,
    read: several ? "read as" : whole ? "" : `read as ${one.text}`,
    subwords: several ? subwords.slice(0, MOST) : [],
    more: several && more > 0 ? `and ${more} more` : "",
  };
}

/**
 * Above the word if the root and the window have room there, else below it; never over it.
 * @param {{ first: DOMRect, last: DOMRect }} word where its first and its last line stand
 * @param {{ width: number, height: number }} tip
 * @param {DOMRect} root
 */
export function place({ first, last }, tip, root) {
  const above = first.top - tip.height - GAP;
  const fits = above >= Math.max(root.top, 0);
  const line = fits ? first : last;
  const left = line.left + line.width / 2 - tip.width / 2 - root.left;
  return {
    left: Math.max(0, Math.min(left, root.width - tip.width)),
    top: (fits ? above : last.bottom + GAP) - root.top,
  };
}

/**
 * @param {HTMLElement} root the tooltip lives in it, so that it works inside a shadow root
 * @param {HTMLElement} text
 * @param {AbortSignal} signal
 * @param {(word: number | null) => void} tell which word it is open for
 */
export function createTooltip(root, text, signal, tell) {
  const name = element("strong");
  name.dir = "auto";
  const [score, share, rank] = [element("span"), element("span"), element("span")];
  const read = element("span");
  const list = element("span", "flair-lig-subwords");
  const more = element("span");
  const reading = element("div", "flair-lig-read", [read, " ", list, " ", more]);
  const curve = createCurve();
  const parts = [name, score, share, rank, reading, curve.node];
  const tip = element("div", "flair-lig-tooltip", parts);
  tip.role = "tooltip";
  // aria-describedby needs an id. A random one: many views, even copies of this module, may
  // share a document.
  tip.id = `flair-lig-${Math.random().toString(36).slice(2)}`;
  tip.hidden = true;

  /** @type {HTMLElement | null} */ let hovered = null;
  /** @type {HTMLElement | null} */ let focused = null;
  /** @type {HTMLElement | null} */ let pinned = null;
  /** @type {HTMLElement | null} */ let open = null;
  /** @type {Pieces | null} */ let drawn = null;
  let unit = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let leaving;

  function update() {
    const next = pinned ?? hovered ?? focused;
    if (open !== next) {
      open?.removeAttribute("aria-describedby");
      tell(next && indexOf(next));
    }
    open = next;
    tip.classList.toggle("flair-lig-pinned", pinned !== null);
    // While the text is being edited no word is there.
    const word = open && !text.hidden && drawn?.words[indexOf(open)];
    tip.hidden = !word;
    if (!open || !word || !drawn) return;
    open.setAttribute("aria-describedby", tip.id);
    const lines = describe(word, drawn.words.length, unit);
    name.textContent = word.text;
    score.textContent = lines.score;
    share.textContent = lines.share;
    rank.textContent = lines.rank;
    read.textContent = lines.read;
    list.replaceChildren(...lines.subwords.flatMap(subword));
    more.textContent = lines.more;
    reading.hidden = lines.read === "";
    curve.draw(drawn.gains(indexOf(open)));
    const rects = open.getClientRects();
    const [first, last] = [rects[0], rects[rects.length - 1]];
    if (!first || !last) return;
    const { left, top } = place(
      { first, last },
      tip.getBoundingClientRect(),
      root.getBoundingClientRect(),
    );
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  }

  /** @param {HTMLElement | null} word */
  function hover(word) {
    clearTimeout(leaving);
    const enter = () => {
      hovered = word;
      update();
    };
    if (word) enter();
    else leaving = setTimeout(enter, GRACE);
  }

  /** @param {HTMLElement | null} word */
  function focus(word) {
    focused = word;
    if (word !== null && word !== pinned) pinned = null; // the arrow keys lead on
    update();
  }

  /**
   * A second time lets go; so does what is no word, but not the tooltip itself.
   * @param {HTMLElement | null} word
   */
  function pin(word) {
    pinned = word === pinned ? null : word;
    update();
  }

  /** @param {KeyboardEvent} event */
  function close(event) {
    if (event.key !== "Escape" || open === null) return;
    event.stopPropagation(); // it has closed the tooltip; it need not do anything else
    pinned = hovered = focused = null;
    update();
  }

  listen(root, "click", signal, (event) => {
    if (!event.composedPath().includes(tip)) pin(wordAt(event));
  });
  listen(text, "keydown", signal, (event) => {
    const word = event.key === "Enter" || event.key === " " ? wordAt(event) : null;
    if (word === null) return;
    event.preventDefault(); // or the page scrolls
    pin(word);
  });
  listen(text, "pointerover", signal, (event) => hover(wordAt(event)));
  listen(text, "pointerleave", signal, () => hover(null));
  listen(text, "focusin", signal, (event) => focus(wordAt(event)));
  listen(text, "focusout", signal, () => focus(null));
  // On the document: a word that is only hovered gets no keys.
  document.addEventListener("keydown", close, { signal, capture: true });
  const resized = new ResizeObserver(update);
  resized.observe(root);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    clearTimeout(leaving);
  });

  /** @param {View} view */
  function draw({ result, pieces }) {
    drawn = pieces;
    unit = result?.unit ?? "";
    if (!pinned?.isConnected) pinned = null;
    if (!hovered?.isConnected) hovered = null;
    if (!focused?.isConnected) focused = null;
    update();
  }

  return { node: tip, draw };
}

/** @param {Word["subwords"][number]} its */
function subword({ text, score }) {
  const name = element("bdi", "", text);
  const number = element("span", "flair-lig-number", signed(score, 4));
  return [" ", element("span", "flair-lig-subword", [name, " ", number])];
}
