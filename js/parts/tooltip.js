/** The tooltip of a span: its numbers, on hover and focus. A click pins it, Esc closes it. */

import { block, element, inline, listen } from "../elements/dom.js";
import { percent, signed } from "../elements/format.js";
import { indexOf, spanAt } from "../elements/span-element.js";
import { watchVisible } from "../elements/visible.js";
import { createCurve } from "./curve.js";

/** @import { Span, Spans } from "../state/spans.js" */
/** @import { View } from "../state/view.js" */

const GAP = 6; // pixels between span and tooltip
const CLOSE_DELAY = 100; // milliseconds, so that it does not flicker between two spans
const MAX_SUBWORDS = 12;
const CONTROLS = "button, input, select, summary";

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
    share: share === null ? "no share: f(x) = f(x′)" : `${percent(share)} of the total`,
    rank: `rank ${rank} of ${count}`,
    read: several ? "read as" : whole ? "" : `read as ${first.text}`,
    subwords: several ? subwords.slice(0, MAX_SUBWORDS) : [],
    more: several && more > 0 ? `and ${more} more` : "",
  };
}

/**
 * Above the span or below it, never over it: where it is visible and covers no control.
 * @param {{ first: DOMRect, last: DOMRect }} span the boxes of its first and its last line
 * @param {{ width: number, height: number }} tip
 * @param {DOMRect} root
 * @param {{ top: number, bottom: number }} visible the part of the window that can be seen
 * @param {DOMRect[]} controls
 */
export function place({ first, last }, tip, root, visible, controls) {
  const spots = [
    { line: first, top: first.top - tip.height - GAP },
    { line: last, top: last.bottom + GAP },
  ].map(({ line, top }) => {
    const middle = line.left + line.width / 2 - tip.width / 2;
    const left = Math.max(root.left, Math.min(middle, root.right - tip.width));
    return { left, top, right: left + tip.width, bottom: top + tip.height };
  });
  const seen = spots.filter(
    ({ top, bottom }) => top >= Math.max(root.top, visible.top) && bottom <= visible.bottom,
  );
  const free = seen.find((spot) => !controls.some((control) => overlap(spot, control)));
  const { left, top } = /** @type {{ left: number, top: number }} */ (free ?? seen[0] ?? spots[1]);
  return { left: left - root.left, top: top - root.top };
}

/** @typedef {Pick<DOMRect, "left" | "right" | "top" | "bottom">} Box */

/**
 * @param {Box} one
 * @param {Box} other
 */
function overlap(one, other) {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}

/**
 * @param {{
 *   signal: AbortSignal,
 *   root: HTMLElement,  // contains the tooltip, so that it works inside a shadow root
 *   text: HTMLElement,
 *   tools: HTMLElement,  // shown while it is pinned
 *   onPin: (span: number | null) => void,   // the span it is pinned to
 *   onOpen: (span: number | null) => void,  // the span it is open for
 * }} options
 */
export function createTooltip({ signal, root, text, tools, onPin, onOpen }) {
  const name = element("strong");
  name.dir = "auto";
  const [score, share, rank] = [inline(), inline(), inline()];
  const read = inline();
  const list = inline("subwords");
  const more = inline();
  const reading = block("read", [read, " ", list, " ", more]);
  const curve = createCurve();
  const parts = [name, score, share, rank, reading, curve.node, tools];
  const tip = block("tooltip", parts);
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
  let hasTotal = true; // whether the scores are meant to sum to f(x) - f(x')
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let closing;
  let resting = false; // the pointer, since the keyboard moved the focus
  const visible = watchVisible({ signal, node: root, onChange: move });

  function update() {
    const next = pinned ?? hovered ?? focused;
    if (open !== next) {
      open?.removeAttribute("aria-describedby");
      onOpen(next && indexOf(next));
      if (next) visible.refresh();
    }
    open = next;
    tip.classList.toggle("lig-pinned", pinned !== null);
    // While the text is being edited no span is visible.
    const span = open && !text.hidden && drawn?.items[indexOf(open)];
    tip.hidden = !span;
    onPin(pinned && indexOf(pinned));
    tip.role = tools.hidden ? "tooltip" : "group"; // a tooltip has no buttons
    if (!open || !span || !drawn) return;
    open.setAttribute("aria-describedby", tip.id);
    const lines = describe(span, drawn.items.length, unit);
    name.textContent = span.text;
    score.textContent = lines.score;
    share.textContent = hasTotal ? lines.share : "";
    rank.textContent = lines.rank;
    read.textContent = lines.read;
    list.replaceChildren(...lines.subwords.flatMap(createSubword));
    more.textContent = lines.more;
    reading.hidden = lines.read === "";
    curve.draw(drawn.profile(indexOf(open)));
    move();
  }

  /** Places the tooltip beside its span; a span that is scrolled away has none. */
  function move() {
    if (!open || tip.hidden) return;
    const rects = open.getClientRects();
    const [first, last] = [rects[0], rects[rects.length - 1]];
    if (!first || !last) return;
    const box = text.getBoundingClientRect();
    tip.style.visibility = last.bottom > box.top && first.top < box.bottom ? "" : "hidden";
    const controls = [...root.querySelectorAll(CONTROLS)]
      .filter((control) => !tip.contains(control) && !text.contains(control))
      .map((control) => control.getBoundingClientRect());
    const { left, top } = place(
      { first, last },
      tip.getBoundingClientRect(),
      root.getBoundingClientRect(),
      visible.bounds(),
      controls,
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
    if (span !== null) hovered = null; // until the pointer moves again
    resting = span !== null;
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
    if (event.key !== "Escape" || event.isComposing || open === null) return;
    event.stopPropagation(); // the key has done its work
    shut(tip.querySelector(":focus") && open);
  }

  /** @param {HTMLElement | null} word the one that gets the focus */
  function shut(word) {
    word?.focus({ preventScroll: true });
    pinned = hovered = focused = null;
    update();
  }

  /** Closes it and moves the focus to its word, or else to the tab stop of the text. */
  function leave() {
    shut(open ?? text.querySelector("[tabindex='0']"));
  }

  listen(root, "click", signal, (event) => {
    const span = spanAt(event); // which may be of a text that is compared
    if (!event.composedPath().includes(tip)) pin(text.contains(span) ? span : null);
  });
  listen(text, "keydown", signal, (event) => {
    const span = event.key === "Enter" || event.key === " " ? spanAt(event) : null;
    if (span === null) return;
    event.preventDefault(); // the page would scroll
    pin(span);
  });
  // When words move below a resting pointer, it enters another one without being moved.
  listen(text, "pointerover", signal, (event) => resting || hover(spanAt(event)));
  listen(text, "pointermove", signal, (event) => {
    if (resting) hover(spanAt(event));
    resting = false;
  });
  listen(text, "scroll", signal, move);
  listen(text, "pointerleave", signal, () => hover(null));
  listen(text, "focusin", signal, (event) => focus(spanAt(event)));
  listen(text, "focusout", signal, () => focus(null));
  // On the document: a span that is hovered but not focused receives no keys.
  document.addEventListener("keydown", close, { signal, capture: true });
  const resized = new ResizeObserver(update);
  resized.observe(root);
  resized.observe(tip); // a tool may have opened a field
  signal.addEventListener("abort", () => {
    resized.disconnect();
    clearTimeout(closing);
  });

  /** @param {View} view */
  function draw({ result, spans, computedBy }) {
    drawn = spans;
    unit = result?.unit ?? "";
    hasTotal = computedBy?.has_delta ?? true;
    if (!pinned?.isConnected) pinned = null;
    if (!hovered?.isConnected) hovered = null;
    if (!focused?.isConnected) focused = null;
    update();
  }

  return { node: tip, draw, leave };
}

/** @param {Span["subwords"][number]} subword */
function createSubword({ text, score }) {
  const name = element("bdi", "", text);
  const number = inline("number", signed(score, 4));
  return [" ", inline("subword", [name, " ", number])];
}
