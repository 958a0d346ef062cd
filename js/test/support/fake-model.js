/** A minimal implementation of anywidget's AnyModel, and the state that tests start from. */

import offered from "../../../tests/fixtures/choices.json";
import golden from "../../../tests/fixtures/result.json";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Choices, Result, State } from "../../model" */

/** The choices as Python sends them. */
export function choices() {
  return /** @type {Choices} */ (structuredClone(offered));
}

/** The payload that pytest reads too; a fresh copy each time. */
export function goldenResult() {
  return /** @type {Result} */ (/** @type {unknown} */ (structuredClone(golden)));
}

/**
 * A model that holds the golden result.
 * @param {Partial<State>} [changes]
 */
export function goldenModel(changes) {
  return createModel(goldenState(changes));
}

/**
 * The golden result with the other traits of an idle widget.
 * @param {Partial<State>} [changes]
 * @returns {State}
 */
export function goldenState(changes) {
  const result = goldenResult();
  return {
    ...{ task: null, data_point: null, entities: [] },
    ...result.request,
    choices: choices(),
    computes: true,
    labels: result.prediction.map(([label]) => label).sort(),
    tasks: [],
    methods: [
      "auto",
      "gausslegendre",
      "riemann_left",
      "riemann_right",
      "riemann_middle",
      "riemann_trapezoid",
    ],
    baselines: ["unk", "pad", "mask", "zero"],
    layers: ["word_embeddings", "embeddings"],
    granularity: "word",
    position: 0,
    texts: [],
    parity: 3e-8,
    status: "idle",
    progress: 0,
    error: "",
    result,
    snapshots: {},
    checking: false,
    erase: "delete",
    checked: {},
    edit: null,
    edited: {},
    kept: {},
    other: null,
    ...changes,
  };
}

/** @param {State} state */
export function createModel(state) {
  const data = { ...state };
  /** @type {Map<string, Set<() => void>>} */
  const listeners = new Map();
  /** @type {Partial<State>} */
  let unsaved = {};
  /** Every save as Python would receive it. @type {Partial<State>[]} */
  const saved = [];
  /** Every message. @type {unknown[]} */
  const sent = [];

  /** @param {string[]} names */
  function emit(names) {
    for (const name of names) for (const call of listeners.get(`change:${name}`) ?? []) call();
  }

  const model = {
    saved,
    sent,
    /** The number of registered listeners. */
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    /**
     * An update from Python: first all values, then the events, as in ipywidgets.
     * @param {Partial<State>} update
     */
    receive(update) {
      Object.assign(data, update);
      emit(Object.keys(update));
    },
    /** @param {keyof State} name */
    get: (name) => data[name],
    /**
     * @param {keyof State} name
     * @param {any} value
     */
    set(name, value) {
      if (data[name] === value) return;
      Object.assign(data, { [name]: value });
      Object.assign(unsaved, { [name]: value });
      emit([name]);
    },
    save_changes() {
      saved.push(unsaved);
      unsaved = {};
    },
    /**
     * @param {string} event
     * @param {() => void} listener
     */
    on(event, listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    /**
     * @param {string} event
     * @param {() => void} listener
     */
    off(event, listener) {
      listeners.get(event)?.delete(listener);
    },
    /** @param {unknown} content */
    send(content) {
      sent.push(content);
    },
    widget_manager: { get_model: () => Promise.reject(new Error("no kernel in a test")) },
  };
  return /** @type {typeof model & AnyModel<State>} */ (/** @type {unknown} */ (model));
}
