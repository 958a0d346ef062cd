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
 * @template {keyof HTMLElementEventMap} T
 * @param {HTMLElement} node
 * @param {T} type
 * @param {AbortSignal} signal when it ends, nobody listens any more
 * @param {(event: HTMLElementEventMap[T]) => void} act
 */
export function listen(node, type, signal, act) {
  node.addEventListener(type, act, { signal });
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {() => void} act
 */
export function button(name, signal, act) {
  const made = element("button", "flair-lig-quiet", name);
  made.type = "button"; // or it would submit a form that it stands in
  listen(made, "click", signal, act);
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
