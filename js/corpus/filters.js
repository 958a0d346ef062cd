/** The filters in one place: search, which texts, and what else is chosen, with buttons to clear it. */

import { block, button, element, inline, listen } from "../elements/dom.js";
import { createSelect } from "../elements/select.js";
import { chosen } from "./query.js";

/** @import { Option } from "../elements/select.js" */
/** @import { Filter, Overview, Query } from "./model" */
/** @import { View } from "./source.js" */

/**
 * Only what can be found is offered.
 * @param {Pick<Overview, "has_gold" | "n_failed">} overview
 * @returns {Option<Filter["only"]>[]}
 */
export function onlyOptions({ has_gold, n_failed }) {
  /** @type {[Filter["only"], string, boolean][]} */
  const options = [
    ["all", "All texts", true],
    ["wrong", "Predicted wrongly", has_gold],
    ["right", "Predicted rightly", has_gold],
    ["failed", "Could not be explained", n_failed > 0],
  ];
  return options.flatMap(([only, name, found]) => (found ? [[only, name]] : []));
}

/**
 * @param {{
 *   signal: AbortSignal,
 *   onInput: (patch: Partial<Query>) => void,  // while typing
 *   onCommit: (patch: Partial<Query>) => void,
 *   onRelease: () => void,                     // typing ended
 * }} options
 */
export function createFilters({ signal, onInput, onCommit, onRelease }) {
  const search = element("input");
  search.type = "search";
  search.dir = "auto";
  const field = element("label", "field", [inline("", "Search"), search]);
  const only = createSelect({
    ...{ signal, name: "Show" },
    onCommit: (/** @type {Filter["only"]} */ only) => onCommit({ only }),
  });
  const chips = block("row");
  chips.role = "group";
  chips.ariaLabel = "Filters";
  const node = block("fields filters", [field, only.node, chips]);
  let drawn = "";

  listen(search, "input", signal, () => onInput({ search: search.value }));
  listen(search, "change", signal, onRelease);

  /**
   * A button that clears filters.
   * @param {(Node | string)[]} content
   * @param {string} title
   * @param {Partial<Query>} clear
   */
  function createChip(content, title, clear) {
    const chip = button("", signal, () => {
      onCommit(clear);
      search.focus(); // the button is gone
    });
    chip.title = title;
    chip.append(...content);
    return chip;
  }

  /** @param {View} view */
  function draw({ overview, query }) {
    if (search.value !== query.search) search.value = query.search;
    const options = onlyOptions(overview);
    only.draw(options, query.only);
    only.node.hidden = options.length < 2;
    const set = chosen(query);
    const key = JSON.stringify(set);
    if (key === drawn) return;
    drawn = key;
    const parts = set.map(({ name, value, clear }) => {
      const text = element("bdi", "name", value);
      text.title = value;
      return createChip([name, text, " ✕"], `Clear ${name}${value}`, clear);
    });
    const all = Object.assign({}, ...set.map(({ clear }) => clear));
    chips.replaceChildren(
      ...parts,
      ...(set.length > 1 ? [createChip(["Clear all"], "", all)] : []),
    );
  }

  return { node, draw };
}
