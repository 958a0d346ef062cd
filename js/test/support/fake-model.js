/** A minimal implementation of anywidget's AnyModel, and the state that tests start from. */

import golden from "../../../tests/fixtures/result.json";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Choices, Result, State } from "../../model" */

/** @returns {Choices} as Python sends them */
export function choices() {
  return {
    outputs: { logit: "logit", probability: "probability", log_odds: "log-odds" },
    granularities: ["subword", "word", "sentence"],
    n_steps: [
      ...[2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 20, 25, 33, 40, 50, 65, 80, 100, 129, 160, 200],
      ...[257, 300, 400, 500, 700, 1000],
    ],
    tolerances: [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001],
    default_n_steps: 50,
    erasures: ["delete", "mask", "baseline"],
  };
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
    ...result.request,
    choices: choices(),
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
