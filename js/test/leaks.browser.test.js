import { expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { goldenModel } from "./fake-model.js";
import { drag, mount } from "./mount.js";
import { snapshotsOf } from "./results.js";

/** What Chromium holds once all garbage is gone. */
async function held() {
  await cdp().send("HeapProfiler.collectGarbage");
  return cdp().send("Memory.getDOMCounters");
}

test("a hundred views that came and went leave no listener and no node behind", async () => {
  const model = goldenModel({ snapshots: snapshotsOf(), texts: ["One.", "Two."] });
  const visit = async () => {
    const { button, cleanup, el, slider, word } = mount(model);
    word(2).focus();
    button("Edit").click();
    el.className = "jupyter-widgets-disconnected";
    await new Promise(requestAnimationFrame);
    drag(slider("Tolerance"), 0);
    await new Promise(requestAnimationFrame); // observers have reported
    cleanup();
    el.remove();
  };
  for (let i = 0; i < 5; i++) await visit(); // what is kept once and for all
  const before = await held();
  for (let i = 0; i < 100; i++) await visit();
  const after = await held();
  expect(model.listening()).toBe(0);
  // One view has more than fifty listeners and a hundred nodes.
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(50);
  expect(after.nodes - before.nodes).toBeLessThan(100);
});
