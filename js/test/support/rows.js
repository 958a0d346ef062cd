/** Rows of explanations in a page like that of a host, which open into a whole widget. */

import rowsCss from "../../rows.css?inline";
import rows from "../../rows.js";
import { stage } from "./stage.js";

export const ROW = {
  facts: /** @type {[string, string][]} */ ([
    ["true label", "sport ✗"],
    ["predicted", "business, 98.5 %"],
    ["explained", "the logit of business"],
    ["sum of the scores", "+7.76 logit"],
  ]),
  text: /** @type {[string, number][]} */ ([
    ["Shares", 1],
    [" in the ", 0],
    ["<b>budget</b>", -1],
    [" airline ", 0],
    ["fell", 0.2],
    [" after ", 0],
    ["an-unbreakable-".repeat(20), -0.2],
  ]),
};

/**
 * Two rows; the first opens into the widget of a stage.
 * @param {Parameters<typeof stage>[0]} [options]
 */
export function stageRows(options) {
  const view = stage(options);
  const { page } = view;
  view.el.remove(); // until its row is opened
  const style = document.createElement("style");
  style.textContent = rowsCss;
  const el = document.createElement("div");
  page.append(style, el);
  const state = { rows: [ROW, ROW], widgets: ["IPY_MODEL_a", "IPY_MODEL_b"] };
  const model = {
    get: (/** @type {keyof typeof state} */ name) => state[name],
    widget_manager: {
      get_model: async (/** @type {string} */ id) => id,
      create_view: async () => ({ el: view.el, remove: () => view.cleanup() }),
    },
  };
  rows.render(/** @type {any} */ ({ model, el }));
  const root = /** @type {HTMLElement} */ (el.querySelector(".flair-lig-rows"));
  return {
    page,
    root,
    widget: view.root,
    summary: /** @type {HTMLElement} */ (root.querySelector("summary")),
    words: () => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".lig-plus, .lig-minus")]),
    /** Opens the first row; resolves when its widget is drawn. */
    async open() {
      const details = /** @type {HTMLDetailsElement} */ (root.querySelector("details"));
      details.open = true;
      while (!view.el.isConnected) await new Promise(requestAnimationFrame);
    },
  };
}
