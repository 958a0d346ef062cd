import { afterEach, expect, test } from "vitest";
import rows from "../rows.js";

afterEach(() => document.body.replaceChildren());

const ROW = {
  facts: [["true label", "sport ✗"]],
  text: [
    ["<b>bank</b>", 1],
    [" ", 0],
    ["club", -0.25],
  ],
};

/** @param {(id: string) => unknown} getModel */
function mount(getModel) {
  const asked = /** @type {string[]} */ ([]);
  const removed = /** @type {string[]} */ ([]);
  const state = { rows: [ROW, ROW], widgets: ["IPY_MODEL_a", "IPY_MODEL_b"] };
  const model = {
    get: (/** @type {keyof typeof state} */ name) => state[name],
    widget_manager: {
      get_model: async (/** @type {string} */ id) => {
        asked.push(id);
        return getModel(id);
      },
      create_view: async (/** @type {string} */ child) => {
        const el = document.createElement("p");
        el.textContent = `the widget ${child}`;
        return { el, remove: () => removed.push(child) };
      },
    },
  };
  const el = document.createElement("div");
  document.body.append(el);
  const cleanup = rows.render(/** @type {any} */ ({ model, el }));
  const open = async (/** @type {number} */ i) => {
    const details = /** @type {HTMLDetailsElement} */ (el.querySelectorAll("details")[i]);
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await new Promise((resolve) => setTimeout(resolve));
    return details;
  };
  return { asked, removed, cleanup: /** @type {() => void} */ (cleanup), el, open };
}

test("a row shows its facts and its text, of which nothing is markup", () => {
  const { el, asked } = mount((id) => id);
  const [summary] = el.querySelectorAll("summary");
  expect(summary?.textContent).toBe("true label: sport ✗<b>bank</b> club");
  expect(el.querySelector("b")).toBeNull();
  const word = /** @type {HTMLElement} */ (summary?.querySelector(".lig-minus"));
  expect([word.textContent, word.style.getPropertyValue("--lig-strength")]).toEqual([
    "club",
    "0.250",
  ]);
  expect(asked).toEqual([]); // no widget is drawn before its row is opened
});

test("a row opens into its own widget, once", async () => {
  const { asked, open } = mount((id) => id);
  const details = await open(1);
  expect(details.textContent).toContain("the widget b");
  await open(1);
  expect(asked).toEqual(["b"]);
});

test("a widget that is not there is said", async () => {
  const { open } = mount(() => {
    throw new Error("no such model");
  });
  expect((await open(0)).textContent).toContain("not there any more; run the cell again.");
});

test("removed rows leave nothing, and remove the widgets that were opened", async () => {
  const { cleanup, el, open, removed } = mount((id) => id);
  await open(1);
  cleanup();
  expect([el.childElementCount, removed]).toEqual([0, ["b"]]);
});

test("a widget that is drawn after the rows were removed is removed too", async () => {
  const { cleanup, open, removed } = mount((id) => id);
  const opened = open(0);
  cleanup();
  expect(removed).toEqual([]); // not yet drawn
  await opened;
  expect(removed).toEqual(["a"]);
});
