/** Making elements. Text only ever enters by `textContent`, so nothing typed becomes markup. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {string | (Node | string)[]} [content] its text, or its children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, className = "", content = []) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...(typeof content === "string" ? [content] : content));
  return made;
}

/**
 * Writes only what has changed: a live region would otherwise be read out again.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
