/** Which part of an element can be seen, in a window that may be higher than what is visible. */

/**
 * The window of a VS Code webview is as high as the notebook, and a frame may be as high as its
 * page. Only an IntersectionObserver knows what the frames around it show.
 * @param {{ signal: AbortSignal, node: HTMLElement, onChange: () => void }} options
 */
export function watchVisible({ signal, node, onChange }) {
  // Pixels that cannot be seen, at the top and at the bottom of the node.
  let hidden = { top: 0, bottom: 0 };

  const observer = new IntersectionObserver((entries) => {
    const entry = entries.at(-1);
    if (!entry?.isIntersecting) return;
    const { boundingClientRect: whole, intersectionRect: seen } = entry;
    hidden = { top: seen.top - whole.top, bottom: whole.bottom - seen.bottom };
    onChange();
  });
  signal.addEventListener("abort", () => observer.disconnect());

  /** Asks again; `onChange` is called when the browser knows. */
  function refresh() {
    observer.unobserve(node);
    observer.observe(node);
  }

  /** The highest and the lowest visible pixel. */
  function bounds() {
    const { top, bottom } = node.getBoundingClientRect();
    return {
      top: Math.max(0, hidden.top > 0 ? top + hidden.top : 0),
      bottom: Math.min(window.innerHeight, hidden.bottom > 0 ? bottom - hidden.bottom : Infinity),
    };
  }

  return { refresh, bounds };
}
