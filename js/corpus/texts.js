/** The texts that were found. Only the rows that can be seen are drawn, and only those are fetched. */

import { block, element, listen, setText } from "../elements/dom.js";
import { destination } from "../elements/roving.js";
import { createSelect } from "../elements/select.js";
import { WINDOW } from "./query.js";
import { createTextRow } from "./text-row.js";

/** @import { Option } from "../elements/select.js" */
/** @import { Found, Query, TextRow } from "./model" */
/** @import { View } from "./source.js" */
/** @typedef {Query["sort"]} Sort */

const MOST = 200_000; // rows: browsers limit the height of an element
const MARGIN = 4; // rows that are drawn above and below those that can be seen
const STILL = 100; // milliseconds without scrolling until texts are fetched
const BOX = 480; // pixels where there is no layout
const ROW = 80;

/** @type {Option<Sort>[]} */
const SORTS = [
  ["errors", "Errors first"],
  ["probability", "Probability"],
  ["input", "As given"],
];

/**
 * @param {{
 *   signal: AbortSignal,
 *   onCommit: (patch: Partial<Query>) => void,
 *   onOpen: (id: string) => void,
 * }} options
 */
export function createTexts({ signal, onCommit, onOpen }) {
  const sort = createSelect({
    ...{ signal, name: "Sort" },
    onCommit: (/** @type {Sort} */ sort) => onCommit({ sort }),
  });
  const note = element("p", "note");
  const list = element("ul", "text-list");
  const box = block("box", [list]);
  const node = element("section", "panel", [
    block("status-line", [element("h2", "", "Texts"), sort.node]),
    ...[note, box],
  ]);
  /** The rows that are drawn, by their places. @type {Map<number, ReturnType<typeof createTextRow>>} */
  const rows = new Map();
  /** The texts that came, by their places. @type {Map<number, TextRow>} */
  const texts = new Map();
  /** @type {Found | null} */ let drawn = null;
  /** @type {View | null} */ let view = null;
  let listed = ""; // the query of the list
  let total = 0;
  let current = 0; // the place of the tab stop
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));

  listen(box, "scroll", signal, () => {
    drawRows();
    clearTimeout(timer);
    timer = setTimeout(fetchRows, STILL); // nobody reads what flies by
  });
  listen(list, "click", signal, ({ target }) => {
    const text = rows.get(placeOf(target))?.row();
    if (text?.error === null) onOpen(text.id);
  });
  listen(list, "focusin", signal, ({ target }) => {
    current = placeOf(target);
    placeStop();
  });
  listen(list, "keydown", signal, (event) => {
    const next = destination(event.key, current, total, false);
    if (next < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // the box would scroll
    current = next;
    // As far as its end or its beginning, whichever is needed.
    const least = (next + 1) * rowHeight() - box.clientHeight;
    box.scrollTop = Math.min(Math.max(box.scrollTop, least), next * rowHeight());
    drawRows();
    rows.get(next)?.button.focus({ preventScroll: true });
  });

  /** @param {EventTarget | null} target */
  function placeOf(target) {
    const found = [...rows].find(([, { node }]) => node.contains(/** @type {Node} */ (target)));
    return found?.[0] ?? -1;
  }

  function rowHeight() {
    return list.offsetHeight / total || ROW;
  }

  /** The places that can be seen, and some around them. */
  function places() {
    const height = rowHeight();
    const from = Math.max(0, Math.floor(box.scrollTop / height) - MARGIN);
    const end = (box.scrollTop + (box.clientHeight || BOX)) / height;
    const to = Math.min(total, Math.ceil(end) + MARGIN);
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  }

  function drawRows() {
    const wanted = places();
    // The row that has the focus stays, so that the focus does.
    const focused = rows.get(current)?.button.matches(":focus") && current < total;
    if (focused && !wanted.includes(current)) wanted.push(current);
    const free = [...rows].filter(([place]) => !wanted.includes(place));
    for (const [place, { node }] of free) {
      rows.delete(place);
      node.remove();
    }
    let next = list.firstElementChild;
    for (const place of wanted.sort((a, b) => a - b)) {
      const row = rows.get(place) ?? free.pop()?.[1] ?? createTextRow();
      rows.set(place, row);
      if (row.node === next) next = next.nextElementSibling;
      else list.insertBefore(row.node, next);
      row.draw(texts.get(place) ?? null, place, total, /** @type {View} */ (view));
    }
    placeStop();
  }

  function placeStop() {
    const stop = rows.has(current) ? current : Math.min(...rows.keys());
    for (const [place, { button }] of rows) button.tabIndex = place === stop ? 0 : -1;
  }

  function fetchRows() {
    if (!view?.live || view.found.stale) return;
    const missing = places().find((place) => !texts.has(place)) ?? view.query.first;
    const first = missing - (missing % WINDOW);
    if (first !== view.query.first) onCommit({ first });
  }

  /** @param {View} next */
  function draw(next) {
    view = next;
    const { query, live } = next;
    const { answer, stale } = next.found;
    sort.draw(live ? SORTS : SORTS.slice(0, -1), query.sort); // not saved is the order of the input
    node.classList.toggle("lig-stale", stale);
    if (answer && answer !== drawn) receive(answer);
    const saved = !live && answer && answer.rows.length < answer.total;
    const cut = total === MOST ? `The first ${MOST} are listed; filter to see others.` : "";
    setText(note, saved ? "The other texts need the kernel." : cut);
    drawRows();
    fetchRows();
  }

  /** @param {Found} answer */
  function receive(answer) {
    const query = JSON.stringify({ ...answer.query, first: 0 });
    // Another window of the same list, or another list.
    const goesOn =
      query === listed && drawn?.total === answer.total && drawn.first !== answer.first;
    drawn = answer;
    listed = query;
    if (!goesOn) texts.clear();
    for (const [i, row] of answer.rows.entries()) texts.set(answer.first + i, row);
    total = Math.min(answer.total, MOST);
    list.style.setProperty("--lig-rows", String(total));
    if (!goesOn && answer.first === 0) box.scrollTop = current = 0;
  }

  return { node, draw };
}
