import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mountAll } from "../page-mount.js";
import { goldenState } from "./support/fake-model.js";
import { addMount, choose } from "./support/mount.js";

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

test("every mount becomes one widget without a kernel", () => {
  const mounts = [addMount(JSON.stringify(goldenState())), addMount(JSON.stringify(goldenState()))];
  mountAll(document);
  mountAll(document);
  for (const mount of mounts) {
    expect(mount.querySelectorAll(".jupyter-widgets-disconnected > .flair-lig")).toHaveLength(1);
    expect(mount.querySelectorAll(".lig-span")).toHaveLength(21);
    expect(mount.querySelector("fieldset")?.disabled).toBe(true);
    expect(mount.querySelector("[role=status]")?.textContent).not.toContain("No kernel");
  }
});

test("each view has a separate model, which holds its settings", () => {
  const [one, two] = [
    addMount(JSON.stringify(goldenState())),
    addMount(JSON.stringify(goldenState())),
  ];
  mountAll(document);
  const selects = /** @type {NodeListOf<HTMLSelectElement>} */ (one?.querySelectorAll("select"));
  const granularity = [...selects].find(({ value }) => value === "word");
  if (granularity) choose(granularity, "sentence");
  expect(one?.querySelectorAll(".lig-span")).toHaveLength(1);
  expect(two?.querySelectorAll(".lig-span")).toHaveLength(21);
});

test.each(["{", "null", "{}", '{"result": {"layout": 3}}', ""])(
  "%o is no state: an error is shown in its place, and the next one is shown",
  (broken) => {
    const [bad, good] = [addMount(broken), addMount(JSON.stringify(goldenState()))];
    mountAll(document);
    const sentence = bad.querySelector(".lig-problem")?.textContent;
    expect(sentence).toMatch(/^This explanation cannot be shown: its data are damaged \(.+\)\.$/);
    expect(bad.querySelectorAll(".lig-span")).toHaveLength(0);
    expect(good?.querySelectorAll(".lig-span")).toHaveLength(21);
  },
);

test("a page without any result says so", () => {
  const page = addMount(JSON.stringify(goldenState({ result: {} })));
  mountAll(document);
  expect(page.querySelector(".lig-problem")?.textContent).toBe(
    "This explanation cannot be shown: there is no result.",
  );
});
