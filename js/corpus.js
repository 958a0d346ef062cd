/** The entry point of the view of many texts. It connects the parts; each draws itself from a `View`. */

import { createConcordance } from "./corpus/concordance.js";
import { TRAITS } from "./corpus/contract.js";
import { createFilters } from "./corpus/filters.js";
import { createMatrix } from "./corpus/matrix.js";
import { createOpened } from "./corpus/opened.js";
import { createOverview } from "./corpus/overview.js";
import { change, complete } from "./corpus/query.js";
import { createShortcuts } from "./corpus/shortcuts.js";
import { readCorpus } from "./corpus/source.js";
import { createStatus } from "./corpus/status.js";
import { createTexts } from "./corpus/texts.js";
import { createWords } from "./corpus/words.js";
import { block, listen } from "./elements/dom.js";
import { createProblem } from "./parts/problem.js";
import { createCommit } from "./state/commit.js";
import { watchConnection } from "./state/connection.js";

/** @import { AnyModel, AnyWidget } from "@anywidget/types" */
/** @import { CorpusState, Query } from "./corpus/model" */
/** @import { State } from "./model" */
/**
 * @typedef {(patch: Partial<Query>) => void} Save
 * @typedef {{ draft: () => Partial<Query>, later: Save, now: Save, flush: () => void }} Commit
 */

/**
 * @param {{ model: AnyModel<CorpusState>, el: HTMLElement, signal?: AbortSignal }} host hosts older
 *   than anywidget 0.11 pass no signal
 */
function render({ model, el, signal: hostSignal }) {
  const life = new AbortController();
  const { signal } = life;
  const root = block();
  root.className = "flair-lig lig-corpus";

  /** The query without what is being typed. */
  const saved = () => complete(model.get("query"), model.get("overview"));
  const commit = createQueryCommit((patch) => {
    model.set("query", change(saved(), patch));
    model.save_changes();
  });
  /** @param {Partial<Query>} patch */
  const onInput = (patch) => {
    commit.later(patch);
    draw();
  };
  const onCommit = commit.now;

  /** What had the focus before a text was opened. @type {HTMLElement | null} */
  let opener = null;
  /** @param {string} id */
  const onOpen = (id) => {
    opener = root.querySelector(":focus");
    onCommit({ open: id });
    opened.focus();
  };
  const onClose = () => {
    onCommit({ open: null });
    (opener?.isConnected ? opener : root.querySelector("input"))?.focus();
  };

  const overview = createOverview();
  const filters = createFilters({ signal, onInput, onCommit, onRelease: commit.flush });
  const status = createStatus();
  const matrix = createMatrix({ signal, onCommit });
  const shortcuts = createShortcuts({ signal, onCommit });
  const words = createWords({ signal, onCommit });
  const concordance = createConcordance({ signal, onOpen });
  const texts = createTexts({ signal, onCommit, onOpen });
  const opened = createOpened({ signal, model, onClose });
  const problem = createProblem();
  const parts = [overview, filters, status, matrix, shortcuts, words, concordance, texts, opened];

  const connected = watchConnection({
    ...{ signal, el, onChange: () => draw() },
    model: /** @type {AnyModel<State>} */ (/** @type {unknown} */ (model)),
  });

  /** Every drawing goes through here, so nothing that fails leaves half a view or an empty one. */
  function draw() {
    try {
      const view = readCorpus(model, commit.draft(), connected());
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

  // As in the widget of one text: plain keys must not reach the host, function keys must.
  listen(root, "keydown", signal, (event) => {
    const shortcut = event.ctrlKey || event.metaKey || event.altKey || /^F\d/.test(event.key);
    if (!shortcut) event.stopPropagation();
  });
  for (const name of TRAITS) model.on(`change:${name}`, draw);
  hostSignal?.addEventListener("abort", cleanup);

  root.append(
    ...[overview.node, filters.node, status.node],
    block("panels", [
      block("column", [block("pair", [matrix.node, shortcuts.node]), words.node]),
      block("column", [concordance.node, texts.node]),
    ]),
    ...[opened.node, problem.node],
  );
  el.append(root);
  draw();
  return cleanup;
}

/**
 * The query is saved like the settings of one text: when the user pauses.
 * @param {Save} save
 * @returns {Commit}
 */
function createQueryCommit(save) {
  return /** @type {any} */ (createCommit(/** @type {any} */ (save)));
}

export default /** @satisfies {AnyWidget<CorpusState>} */ ({ render });
