/** The text that is open: its own widget, from the kernel or from the snapshot. */

import { block, button, element, setText } from "../elements/dom.js";
import { showChild } from "../state/child.js";
import { DISCONNECTED } from "../state/connection.js";
import { createStaticModel } from "../state/static-model.js";
import widget from "../widget.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { State } from "../model" */
/** @import { CorpusState } from "./model" */
/** @import { View } from "./source.js" */

/**
 * @param {{ signal: AbortSignal, model: AnyModel<CorpusState>, onClose: () => void }} options
 */
export function createOpened({ signal, model, onClose }) {
  const title = element("h2");
  const close = button("Close", signal, onClose);
  const note = element("p", "note");
  note.role = "status";
  const place = block();
  const node = element("section", "opened panel", [
    block("status-line", [title, close]),
    ...[note, place],
  ]);
  let drawn = "";
  let life = new AbortController(); // of what is drawn
  signal.addEventListener("abort", () => life.abort());

  /** @param {View} view */
  function draw({ open, live }) {
    node.hidden = open === null;
    const { id = "", error = "", reference = null, state = null } = open ?? {};
    const key = JSON.stringify([id, error, reference, state !== null, live]);
    if (key === drawn) return;
    drawn = key;
    life.abort();
    life = new AbortController();
    title.replaceChildren("Text ", element("bdi", "", id));
    place.replaceChildren();
    setText(note, error);
    if (error) return;
    if (reference) showWidget(reference, life.signal);
    else if (state) showState(state, life.signal);
    else setText(note, live ? "Opening…" : "This text was not saved; it needs the kernel.");
  }

  /**
   * @param {string} reference
   * @param {AbortSignal} signal removes it
   */
  async function showWidget(reference, signal) {
    try {
      await showChild(model, reference, place, signal);
    } catch {
      if (!signal.aborted)
        setText(note, "This text is not there any more; close it and try again.");
    }
  }

  /**
   * @param {object} state
   * @param {AbortSignal} signal removes it
   */
  function showState(state, signal) {
    const el = block();
    el.className = DISCONNECTED;
    place.append(el);
    widget.render({ model: createStaticModel(/** @type {State} */ (state)), el, signal });
  }

  function focus() {
    close.focus({ preventScroll: true });
    node.scrollIntoView();
  }

  return { node, draw, focus };
}
