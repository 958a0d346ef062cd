/** Creating the elements of a drawing. */

import { prefixed } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} [content]
 */
export function shape(tag, attributes, content = []) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...content);
  return node;
}

/**
 * @param {string} className without the prefix
 * @param {string} [d] the data of the path
 */
export function path(className, d = "") {
  return shape("path", { class: prefixed(className), d });
}

/**
 * @param {Element} path
 * @param {string} d
 */
export function trace(path, d) {
  path.setAttribute("d", d);
}
