/** A page like that of a host, for tests that need a real layout. */

import css from "../../widget.css?inline";
import { goldenModel } from "./fake-model.js";
import { mount } from "./mount.js";

/** @import { State } from "../../model" */
/** @typedef {{ name: string, text: string, background: string, scheme: string }} Host */

const PLAIN = { name: "light", text: "black", background: "white", scheme: "light" };

/** Hosts with their text and background colours; the last two are VS Code's default themes. */
export const HOSTS = [
  PLAIN,
  { name: "dark", text: "white", background: "#111", scheme: "dark" },
  { name: "JupyterLab light", text: "rgba(0, 0, 0, 0.87)", background: "white", scheme: "light" },
  { name: "VS Code light", text: "#3b3b3b", background: "white", scheme: "light" },
  { name: "VS Code dark", text: "#cccccc", background: "#1f1f1f", scheme: "dark" },
];

/**
 * @param {{
 *   width?: number, host?: Host, state?: Partial<State>, shadow?: boolean,
 *   kernel?: boolean, rightToLeft?: boolean,
 * }} options
 */
export function stage(options = {}) {
  const { width = 600, host = PLAIN, state, shadow = false } = options;
  const { kernel = true, rightToLeft = false } = options;
  const { text, background, scheme } = host;
  const page = document.createElement("main");
  Object.assign(page.style, { width: `${width}px`, color: text, background, colorScheme: scheme });
  page.className = kernel ? "" : "jupyter-widgets-disconnected";
  page.dir = rightToLeft ? "rtl" : "";
  document.body.replaceChildren(page);
  document.body.style.background = background;
  const parent = shadow ? page.attachShadow({ mode: "open" }) : page;
  const style = document.createElement("style");
  style.textContent = css;
  parent.append(style);
  const model = goldenModel({ ...state?.result?.request, ...state }); // the result matches
  return { page, model, ...mount(model, { parent }) };
}
