/** How good each baseline is for the text, as a table; choosing one uses it. */

import { bareButton, element, listen, setText } from "../elements/dom.js";
import { decimal, visible } from "../elements/format.js";
import { reasonFor } from "../messages.js";

/** @import { CheckBaseline, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

const CAPTION =
  "Baselines for this text: higher comprehensiveness, lower sufficiency and higher entropy are better.";
const COLUMNS = [
  ["Baseline", ""],
  ["Comprehensive\u00adness,", "log-odds"],
  ["Sufficiency,", "log-odds"],
  ["Entropy,", "bits"],
];

/**
 * @param {{ signal: AbortSignal, onCommit: (patch: Partial<Settings>) => void }} options
 */
export function createBaselines({ signal, onCommit }) {
  const caption = element("caption", "caption");
  const head = element(
    "tr",
    "",
    COLUMNS.map(([name = "", unit = ""]) => {
      const cell = element("th", "", [name, " ", unit]);
      cell.scope = "col";
      return cell;
    }),
  );
  const body = element("tbody");
  const node = element("table", "baselines", [caption, element("thead", "", [head]), body]);
  /** @type {ReturnType<typeof createRow>[]} */
  const rows = [];
  /** @type {string[]} */
  let names = [];

  listen(body, "click", signal, ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    const baseline = names[rows.findIndex((row) => row.button === button)];
    if (baseline !== undefined) onCommit({ baseline });
  });

  /**
   * @param {View} view
   * @param {boolean} pending whether the numbers may still come
   */
  function draw(view, pending) {
    const { check, live, baselines, baseline, result, stops } = view;
    const known = check?.baselines ?? [];
    names = known.length > 0 ? known.map(({ name }) => name) : live ? baselines : [];
    node.hidden = names.length === 0 || (known.length === 0 && !pending);
    setText(caption, live || stops ? `${CAPTION} Choose one to use it.` : CAPTION);
    const chosen = baseline ?? result?.baseline;
    // Rows are hidden, never removed: a removed row would lose the focus.
    while (rows.length < names.length) {
      const row = createRow();
      rows.push(row);
      body.append(row.node);
    }
    rows.forEach((row, i) => {
      const name = names[i];
      row.node.hidden = name === undefined;
      if (name === undefined) return;
      const reason = reasonFor(view, stops?.baselines.includes(name));
      row.draw(name, known[i], name === chosen, reason);
    });
  }

  return { node, draw };
}

function createRow() {
  const button = bareButton("baseline");
  button.dir = "auto";
  const name = element("th", "", [button]);
  name.scope = "row";
  const numbers = [element("td"), element("td"), element("td")];
  const node = element("tr", "", [name, ...numbers]);

  /**
   * @param {string} name
   * @param {CheckBaseline | undefined} known undefined = not known yet
   * @param {boolean} chosen
   * @param {string} reason why it cannot be chosen; empty if it can
   */
  function draw(name, known, chosen, reason) {
    setText(button, visible(name));
    button.ariaPressed = String(chosen);
    button.disabled = reason !== "";
    button.title = reason;
    const values = known && [known.comprehensiveness, known.sufficiency, known.entropy];
    numbers.forEach((cell, i) => {
      const value = values?.[i];
      setText(cell, value === undefined ? "\u2013" : decimal(value, 2));
    });
  }

  return { node, button, draw };
}
