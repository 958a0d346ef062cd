/** The smallest model that satisfies anywidget's AnyModel, and the state it starts from. */

import golden from "../../tests/fixtures/result.json";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Result, State } from "../model" */

/** The payload that pytest reads too; a fresh copy for every test. */
export function goldenResult() {
  return /** @type {Result} */ (/** @type {unknown} */ (structuredClone(golden)));
}

/**
 * A model that holds the golden result.
 * @param {Partial<State>} [changed]
 */
export function goldenModel(changed) {
  return createModel(goldenState(changed));
}

/**
 * The golden result with all that Python leaves beside it when idle.
 * @param {Partial<State>} [changed]
 * @returns {State}
 */
export function goldenState(changed) {
  const result = goldenResult();
  return {
    ...result.request,
    computes: true,
    labels: result.prediction.map(([label]) => label).sort(),
    methods: [
      "auto",
      "gausslegendre",
      "riemann_left",
      "riemann_right",
      "riemann_middle",
      "riemann_trapezoid",
    ],
    baselines: ["pad", "mask", "unk", "zero"],
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
    ...changed,
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

  /** @type {unknown[]} */
  const sent = [];

  /** @param {string[]} names */
  function emit(names) {
    for (const name of names) for (const tell of listeners.get(`change:${name}`) ?? []) tell();
  }

  const model = {
    saved,
    /** How many listeners are left. */
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    /**
     * An update from Python: all values first, then the events, as ipywidgets does.
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
    /** Every message. @type {unknown[]} */
    sent,
    /** @param {unknown} content */
    send(content) {
      sent.push(content);
    },
    widget_manager: { get_model: () => Promise.reject(new Error("no kernel in a test")) },
  };
  return /** @type {typeof model & AnyModel<State>} */ (/** @type {unknown} */ (model));
}
