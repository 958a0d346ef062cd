/** Creating elements. Text only enters as text nodes, so user text never becomes markup. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className] without the prefix; several are separated by a space
 * @param {string | (Node | string)[]} [content] its text or its children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, className = "", content = []) {
  const node = document.createElement(tag);
  if (className) node.className = prefixed(className);
  node.append(...(typeof content === "string" ? [content] : content));
  return node;
}

/**
 * Class names as the style sheet has them: each begins with "lig-".
 * @param {string} names
 */
export function prefixed(names) {
  return `lig-${names.replaceAll(" ", " lig-")}`;
}

/**
 * @template {keyof HTMLElementEventMap} T
 * @param {HTMLElement} node
 * @param {T} type
 * @param {AbortSignal} signal removes the listener
 * @param {(event: HTMLElementEventMap[T]) => void} listener
 */
export function listen(node, type, signal, listener) {
  node.addEventListener(type, listener, { signal });
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {() => void} onClick
 */
export function button(name, signal, onClick) {
  const node = element("button", "button", name);
  node.type = "button"; // the default would submit a surrounding form
  listen(node, "click", signal, onClick);
  return node;
}

/**
 * Writes only what changed: otherwise a live region would be announced again.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
