/** The entry point: one view of the model. It connects the parts; each draws itself from a `View`. */

import { element, listen } from "./elements/dom.js";
import { createCheck } from "./parts/check.js";
import { createClasses } from "./parts/classes.js";
import { createControls } from "./parts/controls.js";
import { createEditor } from "./parts/editor.js";
import { createGranularity } from "./parts/granularity.js";
import { createHeatmap } from "./parts/heatmap.js";
import { createIntensity } from "./parts/intensity.js";
import { createLegend } from "./parts/legend.js";
import { createProblem } from "./parts/problem.js";
import { createStatus } from "./parts/status.js";
import { createTexts } from "./parts/texts.js";
import { createTooltip } from "./parts/tooltip.js";
import { createTop } from "./parts/top.js";
import { createWaterfall } from "./parts/waterfall.js";
import { createCommit } from "./state/commit.js";
import { watchConnection } from "./state/connection.js";
import { TRAITS } from "./state/contract.js";
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
  const root = element("div", "flair-lig");

  const commit = createCommit((patch) => {
    for (const [name, value] of Object.entries(patch)) {
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

  const classes = createClasses({ signal, onCommit });
  const controls = createControls({ signal, onInput, onCommit, onRelease });
  const texts = createTexts({ signal, onCommit });
  const heatmap = createHeatmap({ signal });
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
  const tooltip = createTooltip({
    signal,
    root,
    text: heatmap.node,
    onOpen: waterfall.highlight,
  });
  const parts = [
    ...[classes, controls, texts, heatmap, editor, legend, granularity, intensity],
    ...[waterfall, status, top, check, tooltip],
  ];

  const connected = watchConnection({ signal, model, el, onChange: () => draw() });

  /** Every drawing goes through here, so nothing that fails leaves half a view or an empty one. */
  function draw() {
    try {
      // A kernel that holds a saved explanation has no classifier.
      const view = readView(model, commit.draft(), connected() && model.get("computes"));
      root.classList.toggle("flair-lig-stale", view.stale);
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
  listen(root, "keydown", signal, (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  for (const name of TRAITS) model.on(`change:${name}`, draw);
  hostSignal?.addEventListener("abort", cleanup);

  const display = [granularity.node, intensity.node, editor.button];
  root.append(
    element("div", "flair-lig-head", [classes.node, controls.node]),
    texts.node,
    heatmap.node,
    editor.node,
    element("div", "flair-lig-tools", [legend.node, element("div", "flair-lig-tools", display)]),
    waterfall.node,
    status.node,
    top.node,
    check.node,
    tooltip.node,
    problem.node,
  );
  el.append(root);
  draw();
  return cleanup;
}

export default /** @satisfies {AnyWidget<State>} */ ({ render });
