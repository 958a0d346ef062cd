import { afterEach, expect, test, vi } from "vitest";
import { mountAll } from "../page-mount.js";
import { createStaticModel } from "../static-model.js";
import { goldenState } from "./fake-model.js";
import { choose } from "./mount.js";

afterEach(() => document.body.replaceChildren());

/** @param {string} json */
function addMount(json) {
  const mount = document.createElement("div");
  mount.className = "flair-lig-mount";
  const data = document.createElement("script");
  data.type = "application/json";
  data.textContent = json;
  mount.append(data);
  document.body.append(mount);
  return mount;
}

test("every mount becomes a widget without a kernel, once", () => {
  const mounts = [addMount(JSON.stringify(goldenState())), addMount(JSON.stringify(goldenState()))];
  mountAll(document);
  mountAll(document);
  for (const mount of mounts) {
    expect(mount.querySelectorAll(".jupyter-widgets-disconnected > .flair-lig")).toHaveLength(1);
    expect(mount.querySelectorAll(".flair-lig-word")).toHaveLength(21);
    expect(mount.querySelector("fieldset")?.disabled).toBe(true);
    expect(mount.querySelector("[role=status]")?.textContent).not.toContain("No kernel");
  }
});

test("each view has a model of its own, which holds what is chosen", () => {
  const [one, two] = [
    addMount(JSON.stringify(goldenState())),
    addMount(JSON.stringify(goldenState())),
  ];
  mountAll(document);
  const selects = /** @type {NodeListOf<HTMLSelectElement>} */ (one?.querySelectorAll("select"));
  const colour = [...selects].find(({ value }) => value === "word");
  if (colour) choose(colour, "sentence");
  expect(one?.querySelectorAll(".flair-lig-word")).toHaveLength(1);
  expect(two?.querySelectorAll(".flair-lig-word")).toHaveLength(21);
});

test.each(["{", "null", "{}", '{"result": {"layout": 3}}', ""])(
  "%o is no state: it is said there, and the next one is shown",
  (broken) => {
    const [bad, good] = [addMount(broken), addMount(JSON.stringify(goldenState()))];
    mountAll(document);
    expect(bad?.textContent).toContain("cannot be shown");
    expect(bad?.querySelector(".flair-lig")).toBe(null);
    expect(good?.querySelectorAll(".flair-lig-word")).toHaveLength(21);
  },
);

test("a static model tells of changes, and only of changes", () => {
  const model = createStaticModel(goldenState());
  const heard = vi.fn();
  model.on("change:target", heard);
  model.set("target", "sport");
  model.set("target", "sport");
  model.set("position", 3);
  model.save_changes();
  model.send({ cancel: true });
  expect(heard).toHaveBeenCalledOnce();
  expect(model.get("target")).toBe("sport");
  model.off("change:target", heard);
  model.set("target", "tech");
  expect(heard).toHaveBeenCalledOnce();
});
