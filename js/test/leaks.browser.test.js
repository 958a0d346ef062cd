import { expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { checkedSnapshots, checkOf } from "./support/checks.js";
import { goldenModel } from "./support/fake-model.js";
import { drag, mount } from "./support/mount.js";

/** What Chromium holds after a garbage collection. */
async function held() {
  await cdp().send("HeapProfiler.collectGarbage");
  return cdp().send("Memory.getDOMCounters");
}

test("a hundred removed views leave no listeners and no nodes", async () => {
  const check = { checked: checkOf(), checking: true };
  const snapshots = checkedSnapshots();
  const model = goldenModel({ ...check, snapshots, texts: ["One.", "Two."] });
  const visit = async () => {
    const { button, cleanup, el, find, slider, span } = mount(model);
    span(2).focus();
    /** @type {HTMLElement} */ (find(".lig-flip")).focus();
    button("Edit").click();
    el.className = "jupyter-widgets-disconnected";
    await new Promise(requestAnimationFrame);
    drag(slider("Tolerance"), 0);
    await new Promise(requestAnimationFrame); // for the observers
    cleanup();
    el.remove();
  };
  for (let i = 0; i < 5; i++) await visit(); // warm the caches
  const before = await held();
  for (let i = 0; i < 100; i++) await visit();
  const after = await held();
  expect(model.listening()).toBe(0);
  // One view has more than fifty listeners and a hundred nodes.
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(50);
  expect(after.nodes - before.nodes).toBeLessThan(100);
});
