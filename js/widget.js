/** The entry: one view of the model. Wiring only; every part draws itself from a `View`. */

import { createAccount } from "./account.js";
import { createClasses } from "./classes.js";
import { createCommit } from "./commit.js";
import { watchConnection } from "./connection.js";
import { createControls } from "./controls.js";
import { element, listen } from "./dom.js";
import { createEditor } from "./editor.js";
import { createGranularity } from "./granularity.js";
import { createHeatmap } from "./heatmap.js";
import { createIntensity } from "./intensity.js";
import { createLegend } from "./legend.js";
import { addRoving } from "./roving.js";
import { readView, TRAITS } from "./state.js";
import { createStatus } from "./status.js";
import { createTexts } from "./texts.js";
import { createTooltip } from "./tooltip.js";
import { createTop } from "./top.js";

/** @import { AnyModel, AnyWidget } from "@anywidget/types" */
/** @import { State } from "./model" */

/**
 * @param {{ model: AnyModel<State>, el: HTMLElement, signal?: AbortSignal }} host hosts older
 *   than anywidget 0.11 pass no signal
 */
function render({ model, el, signal }) {
  const life = new AbortController();
  const root = element("div", "flair-lig");

  const commit = createCommit((patch) => {
    for (const [name, value] of Object.entries(patch)) {
      model.set(/** @type {keyof State} */ (name), value);
    }
    model.save_changes();
  });
  const controls = createControls(life.signal, {
    propose: (patch) => {
      commit.later(patch);
      draw();
    },
    decide: commit.now,
    settle: commit.flush,
  });
  const classes = createClasses(life.signal, commit.now);
  const heatmap = createHeatmap();
  const texts = createTexts(life.signal, commit.now);
  const granularity = createGranularity(life.signal, commit.now);
  const editor = createEditor(heatmap.node, life.signal, commit.now);
  const legend = createLegend();
  const account = createAccount();
  const tooltip = createTooltip(root, heatmap.node, life.signal, account.light);
  const status = createStatus(life.signal, () => model.send({ cancel: true }));
  const top = createTop(life.signal, heatmap.find);
  const parts = [classes, controls, texts, heatmap, editor, legend, granularity, account, status];
  parts.push(top, tooltip);
  addRoving(heatmap.node, life.signal);

  const connected = watchConnection(model, el, life.signal, () => draw());

  function draw() {
    // A kernel that holds a saved explanation has no classifier to ask.
    const view = readView(model, commit.draft(), connected() && model.get("computes"));
    root.classList.toggle("flair-lig-stale", view.stale);
    for (const part of parts) part.draw(view);
  }

  function cleanup() {
    if (life.signal.aborted) return;
    for (const name of TRAITS) model.off(`change:${name}`, draw);
    commit.flush();
    life.abort();
    root.remove();
  }

  // Jupyter has shortcuts on bare keys: an arrow would leave the cell, "d d" would delete it.
  listen(root, "keydown", life.signal, (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  for (const name of TRAITS) model.on(`change:${name}`, draw);
  signal?.addEventListener("abort", cleanup);

  const intensity = createIntensity(root, life.signal);
  const look = element("div", "flair-lig-tools", [granularity.node, intensity, editor.edit]);
  root.append(
    element("div", "flair-lig-head", [classes.node, controls.node]),
    texts.node,
    heatmap.node,
    editor.node,
    element("div", "flair-lig-tools", [legend.node, look]),
    account.node,
    status.node,
    top.node,
    tooltip.node,
  );
  el.append(root);
  draw();
  return cleanup;
}

export default /** @satisfies {AnyWidget<State>} */ ({ render });
