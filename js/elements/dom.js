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
 * The two elements without a meaning, which are most of all.
 * @param {string} [className]
 * @param {string | (Node | string)[]} [content]
 */
export function block(className, content) {
  return element("div", className, content);
}

/**
 * @param {string} [className]
 * @param {string | (Node | string)[]} [content]
 */
export function inline(className, content) {
  return element("span", className, content);
}

/**
 * A part that is closed until it is wanted.
 * @param {string} className
 * @param {string} name
 * @param {(Node | string)[]} content
 */
export function panel(className, name, content) {
  return element("details", `more ${className}`.trim(), [element("summary", "", name), ...content]);
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
 * A button without a listener: that of its list has them all.
 * @param {string} className
 * @param {string | (Node | string)[]} [content]
 */
export function bareButton(className, content) {
  const node = element("button", className, content);
  node.type = "button"; // the default would submit a surrounding form
  return node;
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {() => void} onClick
 */
export function button(name, signal, onClick) {
  const node = bareButton("button", name);
  listen(node, "click", signal, onClick);
  return node;
}

/**
 * The texts of a pair or triple, each below its name; a single text has none.
 * @param {HTMLElement[]} texts
 */
export function titled(texts) {
  if (texts.length === 1) return texts;
  return texts.flatMap((text, i) => [block("caption", `Text ${i + 1}`), text]);
}

/**
 * Writes only what changed: otherwise a live region would be announced again.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
