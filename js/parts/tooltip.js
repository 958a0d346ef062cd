/** The tooltip of a span: its numbers, on hover and focus. A click pins it, Esc closes it. */

import { element, listen } from "../elements/dom.js";
import { percent, signed } from "../elements/format.js";
import { indexOf, spanAt } from "../elements/span-element.js";
import { createCurve } from "./curve.js";

/** @import { Span, Spans } from "../state/spans.js" */
/** @import { View } from "../state/view.js" */

const GAP = 6; // pixels between span and tooltip
const CLOSE_DELAY = 100; // milliseconds, so that it does not flicker between two spans
const MAX_SUBWORDS = 12;

/**
 * @param {Span} span
 * @param {number} count of all spans
 * @param {string} unit
 */
export function describe({ text, score, share, rank, subwords }, count, unit) {
  const [first] = subwords;
  const several = subwords.length > 1;
  // A change of case or a marker ("Ġbank") is not worth showing.
  const whole = !first || first.text.toLowerCase().includes(text.toLowerCase());
  const more = subwords.length - MAX_SUBWORDS;
  return {
    score: `${signed(score, 4)} ${unit}`,
    share: share === null ? "no share: f(x) = f(x′)" : `${percent(share)} of f(x) − f(x′)`,
    rank: `rank ${rank} of ${count}`,
    read: several ? "read as" : whole ? "" : `read as ${first.text}`,
    subwords: several ? subwords.slice(0, MAX_SUBWORDS) : [],
    more: several && more > 0 ? `and ${more} more` : "",
  };
}

/**
 * Above the span if there is room in the root and the window, else below it; never over it.
 * @param {{ first: DOMRect, last: DOMRect }} span the boxes of its first and its last line
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
 * @param {{
 *   signal: AbortSignal,
 *   root: HTMLElement,  // contains the tooltip, so that it works inside a shadow root
 *   text: HTMLElement,
 *   onOpen: (span: number | null) => void,  // the span it is open for
 * }} options
 */
export function createTooltip({ signal, root, text, onOpen }) {
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
  // For aria-describedby. Random, because many views, even copies of this module, may share a
  // document.
  tip.id = `flair-lig-${Math.random().toString(36).slice(2)}`;
  tip.hidden = true;

  /** @type {HTMLElement | null} */ let hovered = null;
  /** @type {HTMLElement | null} */ let focused = null;
  /** @type {HTMLElement | null} */ let pinned = null;
  /** @type {HTMLElement | null} */ let open = null;
  /** @type {Spans | null} */ let drawn = null;
  let unit = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let closing;

  function update() {
    const next = pinned ?? hovered ?? focused;
    if (open !== next) {
      open?.removeAttribute("aria-describedby");
      onOpen(next && indexOf(next));
    }
    open = next;
    tip.classList.toggle("flair-lig-pinned", pinned !== null);
    // While the text is being edited no span is visible.
    const span = open && !text.hidden && drawn?.items[indexOf(open)];
    tip.hidden = !span;
    if (!open || !span || !drawn) return;
    open.setAttribute("aria-describedby", tip.id);
    const lines = describe(span, drawn.items.length, unit);
    name.textContent = span.text;
    score.textContent = lines.score;
    share.textContent = lines.share;
    rank.textContent = lines.rank;
    read.textContent = lines.read;
    list.replaceChildren(...lines.subwords.flatMap(createSubword));
    more.textContent = lines.more;
    reading.hidden = lines.read === "";
    curve.draw(drawn.profile(indexOf(open)));
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

  /** @param {HTMLElement | null} span */
  function hover(span) {
    clearTimeout(closing);
    const enter = () => {
      hovered = span;
      update();
    };
    if (span) enter();
    else closing = setTimeout(enter, CLOSE_DELAY);
  }

  /** @param {HTMLElement | null} span */
  function focus(span) {
    focused = span;
    if (span !== null && span !== pinned) pinned = null; // the arrow keys move on
    update();
  }

  /**
   * Pins the span, or unpins it the second time. Anything else unpins, except the tooltip itself.
   * @param {HTMLElement | null} span
   */
  function pin(span) {
    pinned = span === pinned ? null : span;
    update();
  }

  /** @param {KeyboardEvent} event */
  function close(event) {
    if (event.key !== "Escape" || open === null) return;
    event.stopPropagation(); // the key has done its work
    pinned = hovered = focused = null;
    update();
  }

  listen(root, "click", signal, (event) => {
    if (!event.composedPath().includes(tip)) pin(spanAt(event));
  });
  listen(text, "keydown", signal, (event) => {
    const span = event.key === "Enter" || event.key === " " ? spanAt(event) : null;
    if (span === null) return;
    event.preventDefault(); // the page would scroll
    pin(span);
  });
  listen(text, "pointerover", signal, (event) => hover(spanAt(event)));
  listen(text, "pointerleave", signal, () => hover(null));
  listen(text, "focusin", signal, (event) => focus(spanAt(event)));
  listen(text, "focusout", signal, () => focus(null));
  // On the document: a span that is hovered but not focused receives no keys.
  document.addEventListener("keydown", close, { signal, capture: true });
  const resized = new ResizeObserver(update);
  resized.observe(root);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    clearTimeout(closing);
  });

  /** @param {View} view */
  function draw({ result, spans }) {
    drawn = spans;
    unit = result?.unit ?? "";
    if (!pinned?.isConnected) pinned = null;
    if (!hovered?.isConnected) hovered = null;
    if (!focused?.isConnected) focused = null;
    update();
  }

  return { node: tip, draw };
}

/** @param {Span["subwords"][number]} subword */
function createSubword({ text, score }) {
  const name = element("bdi", "", text);
  const number = element("span", "flair-lig-number", signed(score, 4));
  return [" ", element("span", "flair-lig-subword", [name, " ", number])];
}
