/** The entry point: one view of the model. It connects the parts; each draws itself from a `View`. */

import { block, listen } from "./elements/dom.js";
import { createCheck } from "./parts/check.js";
import { createClasses } from "./parts/classes.js";
import { createCompare } from "./parts/compare.js";
import { createControls } from "./parts/controls.js";
import { createEdit } from "./parts/edit.js";
import { createEditor } from "./parts/editor.js";
import { createGranularity } from "./parts/granularity.js";
import { createHeadline } from "./parts/headline.js";
import { createHeatmap } from "./parts/heatmap.js";
import { createIntensity } from "./parts/intensity.js";
import { createLegend } from "./parts/legend.js";
import { createProblem } from "./parts/problem.js";
import { createStatus } from "./parts/status.js";
import { createTexts } from "./parts/texts.js";
import { createTooltip } from "./parts/tooltip.js";
import { createTop } from "./parts/top.js";
import { createValue } from "./parts/value.js";
import { createWaterfall } from "./parts/waterfall.js";
import { createCommit } from "./state/commit.js";
import { watchConnection } from "./state/connection.js";
import { REQUEST, TRAITS } from "./state/contract.js";
import { readView } from "./state/view.js";

/** @import { AnyModel, AnyWidget } from "@anywidget/types" */
/** @import { Settings, State } from "./model" */

/**
 * @param {{ model: AnyModel<State>, el: HTMLElement, signal?: AbortSignal }} host hosts older
 *   than anywidget 0.11 pass no signal
 */
function render({ model, el, signal: hostSignal }) {
  const life = new AbortController();
  const { signal } = life;
  const root = block();
  root.className = "flair-lig";

  const commit = createCommit((patch) => {
    for (const [name, value] of Object.entries(patch)) {
      if (name in REQUEST) model.set("edit", null); // it belongs to one explanation
      model.set(/** @type {keyof State} */ (name), value);
    }
    model.save_changes();
  });
  /** @param {Partial<Settings>} patch */
  const onInput = (patch) => {
    commit.later(patch);
    draw();
  };
  const onCommit = commit.now;
  const onRelease = commit.flush;

  const headline = createHeadline();
  const classes = createClasses({ signal, onCommit });
  const value = createValue();
  const controls = createControls({ signal, onInput, onCommit, onRelease });
  const texts = createTexts({ signal, onCommit });
  const heatmap = createHeatmap({ signal, onCommit });
  const editor = createEditor({ signal, text: heatmap.node, onCommit });
  const legend = createLegend();
  const granularity = createGranularity({ signal, onCommit });
  const intensity = createIntensity({ signal, root });
  const waterfall = createWaterfall();
  const problem = createProblem();
  const status = createStatus({ signal, onCancel: () => model.send({ cancel: true }) });
  const top = createTop({ signal, onFind: heatmap.find });
  const check = createCheck({
    ...{ signal, onCommit },
    onLight: heatmap.light,
    onShow: heatmap.showLit,
  });
  const compare = createCompare({ signal, onCommit });
  const edit = createEdit({ signal, onCommit, onDone: () => tooltip.leave() });
  const tooltip = createTooltip({
    ...{ signal, root, text: heatmap.node, tools: edit.tools },
    onPin: edit.offer,
    onOpen: waterfall.highlight,
  });
  const parts = [
    ...[texts, headline, classes, value, heatmap, editor, legend, waterfall, status],
    ...[controls, granularity, intensity, top, check, compare, edit, tooltip],
  ];

  const connected = watchConnection({ signal, model, el, onChange: () => draw() });

  /** Every drawing goes through here, so nothing that fails leaves half a view or an empty one. */
  function draw() {
    try {
      // A kernel that holds a saved explanation has no classifier.
      const view = readView(model, commit.draft(), connected() && model.get("computes"));
      root.classList.toggle("lig-stale", view.stale);
      for (const part of parts) part.draw(view);
      problem.draw(null);
    } catch (error) {
      problem.draw(error);
    }
  }

  function cleanup() {
    if (signal.aborted) return;
    for (const name of TRAITS) model.off(`change:${name}`, draw);
    commit.flush();
    life.abort();
    root.remove();
  }

  // Jupyter has shortcuts on plain keys: an arrow would leave the cell, "d d" would delete it.
  // Function keys belong to the host.
  listen(root, "keydown", signal, (event) => {
    const shortcut = event.ctrlKey || event.metaKey || event.altKey || /^F\d/.test(event.key);
    if (!shortcut) event.stopPropagation();
  });
  for (const name of TRAITS) model.on(`change:${name}`, draw);
  hostSignal?.addEventListener("abort", cleanup);

  const display = [granularity.node, intensity.node, editor.button];
  root.append(
    // After the text comes the tooltip, so that Tab reaches its tools from a pinned word.
    ...[texts.node, headline.node, classes.node, value.node],
    ...[heatmap.node, tooltip.node, editor.node],
    ...[edit.node, legend.node, waterfall.node, status.node],
    block("settings", [controls.node, block("fields", display)]),
    ...[top.node, check.node, compare.node, problem.node],
  );
  el.append(root);
  draw();
  return cleanup;
}

export default /** @satisfies {AnyWidget<State>} */ ({ render });
