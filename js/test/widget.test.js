import { afterEach, expect, test, vi } from "vitest";
import { goldenModel, goldenResult } from "./support/fake-model.js";
import { choose, drag, mount, press } from "./support/mount.js";

afterEach(() => document.body.replaceChildren());

test("before the first result there is a view without a result", () => {
  const { text, find } = mount(goldenModel({ result: {}, status: "running" }));
  expect(text.textContent).toBe("");
  expect(find(".lig-summary").textContent).toBe("");
  expect(find(".lig-accuracy").textContent?.trim()).toBe("Computing…");
  expect(find(".lig-headline").textContent).toBe("");
  for (const part of ["legend", "waterfall", "top", "check"]) {
    expect(find(`.lig-${part}`)).toHaveProperty("hidden", true);
  }
});

test("two views of one model show the same", () => {
  const model = goldenModel();
  const [one, two] = [mount(model), mount(model)];
  choose(one.select("Method"), "gausslegendre");
  drag(two.slider("Steps"), 3);
  two.slider("Steps").dispatchEvent(new Event("change"));
  choose(one.select("Granularity"), "subword");
  two.button("sport").click();
  model.receive({ status: "running" });
  for (const view of [one, two]) {
    expect(view.select("Method").value).toBe("gausslegendre");
    expect(view.number.value).toBe("5");
    expect(view.select("Granularity").value).toBe("subword");
    expect(view.button("sport").ariaPressed).toBe("true");
    expect(view.status.textContent).toContain("Computing…");
  }
  // Only the id of the tooltip may differ.
  one.tip.id = two.tip.id;
  expect(one.el.innerHTML).toBe(two.el.innerHTML);
});

test("computing dims the result and shows the progress", () => {
  const model = goldenModel();
  const { root, text, find } = mount(model);
  expect(root.classList.contains("lig-stale")).toBe(false);
  expect(find("progress")).toHaveProperty("hidden", true);
  model.receive({ status: "running" });
  expect(root.classList.contains("lig-stale")).toBe(true);
  expect(find("progress")).toHaveProperty("hidden", false);
  expect(find("progress").hasAttribute("value")).toBe(false); // indeterminate
  expect(text.textContent).toBe(goldenResult().request.text);
});

test("the bar shows the progress without announcing it", () => {
  const model = goldenModel();
  const { find, status } = mount(model);
  const bar = find("progress");
  model.receive({ status: "running", progress: 0 });
  const observer = new MutationObserver(() => {});
  observer.observe(status, { subtree: true, childList: true, characterData: true });
  for (const progress of [0.25, 0.5, 1]) {
    model.receive({ progress });
    expect(bar).toHaveProperty("value", progress);
  }
  expect(observer.takeRecords()).toEqual([]);
  expect(bar.ariaLabel).toBe("Progress");
  model.receive({ progress: 0 }); // a newer request
  expect(bar.hasAttribute("value")).toBe(false);
  model.receive({ status: "idle", progress: 1 });
  expect(bar).toHaveProperty("hidden", true);
  expect(bar.hasAttribute("value")).toBe(false);
  expect(status.textContent).not.toContain("Computing…");
});

test("missing convergence is only reported when the computation has ended", () => {
  const model = goldenModel();
  const { find } = mount(model);
  model.receive({ status: "running", result: { ...goldenResult(), converged: false } });
  expect(find(".lig-warning").textContent).toBe("");
  model.receive({ status: "idle" });
  expect(find(".lig-warning").textContent).toContain("not converged");
});

test("notes are shown in the status, also while running", () => {
  const notes = ["It did not read the end.", "It read <b>this</b>."];
  const model = goldenModel({ result: { ...goldenResult(), notes } });
  const { find } = mount(model);
  const note = find("[role=status] .lig-note");
  expect(note.textContent).toBe(notes.join(" "));
  expect(note.childElementCount).toBe(0);
  model.receive({ status: "running" });
  expect(note.textContent).toBe(notes.join(" "));
  model.receive({ status: "idle", result: { ...goldenResult(), notes: [] } });
  expect(note.textContent).toBe("");
});

test("a new request dims the result until its result arrives", () => {
  const model = goldenModel();
  const { root, button } = mount(model);
  button("sport").click();
  expect(root.classList.contains("lig-stale")).toBe(true);
  const result = goldenResult();
  result.request.target = result.target = "sport";
  model.receive({ result });
  expect(root.classList.contains("lig-stale")).toBe(false);
});

test("an error is shown next to the last good result", () => {
  const { find, text } = mount(
    goldenModel({ status: "error", error: "no such label", n_steps: 3 }),
  );
  expect(find(".lig-error").textContent).toBe("no such label");
  expect(text.textContent).toBe(goldenResult().request.text);
});

test("without a kernel the controls are disabled and the result stays", async () => {
  const { el, find, text, button } = mount(goldenModel());
  const live = /** @type {HTMLElement[]} */ ([find("fieldset"), button("sport"), button("Edit")]);
  for (const node of live) expect([node.matches(":disabled"), node.title]).toEqual([false, ""]);
  el.classList.add("jupyter-widgets-disconnected");
  await vi.waitFor(() => expect(find("fieldset")).toHaveProperty("disabled", true));
  for (const node of live) {
    expect(node.matches(":disabled")).toBe(true);
    expect(node.title).toContain("No kernel");
  }
  expect(text.textContent).toBe(goldenResult().request.text);
});

test("a kernel without a classifier disables the controls too", () => {
  const model = goldenModel(/** @type {object} */ ({ computes: false }));
  const { find, button, status } = mount(model);
  expect(find("fieldset")).toHaveProperty("disabled", true);
  expect(button("Edit").title).toContain("No kernel with a classifier");
  expect(status.textContent).not.toContain("No kernel");
});

test("the host does not receive plain keys, but does receive Ctrl+S", () => {
  const { slider, span } = mount(goldenModel());
  const listener = vi.fn();
  document.body.addEventListener("keydown", listener);
  press(slider("Steps"), "ArrowDown");
  press(span(0), "ArrowRight");
  press(slider("Steps"), "Enter", { shiftKey: true });
  expect(listener).not.toHaveBeenCalled();
  press(slider("Steps"), "s", { ctrlKey: true });
  expect(listener).toHaveBeenCalledOnce();
  document.body.removeEventListener("keydown", listener);
});

test("drawing saves nothing", () => {
  const model = goldenModel();
  mount(model);
  model.receive({ result: goldenResult(), n_steps: 40, method: "riemann_left", status: "error" });
  expect(model.saved).toEqual([]);
});

test("cleaning up saves the last change and removes the view and its listeners", () => {
  const model = goldenModel({ method: "riemann_left", n_steps: 50 });
  const view = mount(model);
  const { cleanup, el } = view;
  const slider = view.slider("Steps");
  drag(slider, 0);
  cleanup();
  cleanup();
  expect(model.saved).toEqual([{ n_steps: 2 }]);
  expect(model.listening()).toBe(0);
  expect(el.childNodes).toHaveLength(0);
  drag(slider, 1);
  slider.dispatchEvent(new Event("change"));
  expect(model.saved).toHaveLength(1);
});

test("the signal of the host cleans up too", () => {
  const model = goldenModel();
  const host = new AbortController();
  const { el } = mount(model, { signal: host.signal });
  expect(model.listening()).toBeGreaterThan(0);
  host.abort();
  expect(model.listening()).toBe(0);
  expect(el.childNodes).toHaveLength(0);
});

test("data that arrive damaged are a sentence in place of the view, until good ones arrive", () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const model = goldenModel();
  const { find, el } = mount(model);
  const before = el.innerHTML;
  model.receive(/** @type {object} */ ({ result: { ...goldenResult(), scores: "<b>1</b>" } }));
  const problem = find(".lig-problem");
  expect([problem.role, problem.textContent]).toEqual([
    "alert",
    "This explanation cannot be shown: its data are damaged (result.scores is not a list).",
  ]);
  expect(logged).toHaveBeenCalledOnce();
  model.receive({ result: goldenResult() });
  expect(el.innerHTML).toBe(before);
  logged.mockRestore();
});

test("the result may become empty: nothing of it stays, and nothing fails", () => {
  const model = goldenModel();
  const { find, span, text, tip, button, el } = mount(model);
  span(2).focus();
  expect(tip.hidden).toBe(false);
  model.receive({ result: {}, target: "sport" });
  expect([text.textContent, tip.hidden, find(".lig-problem").textContent]).toEqual(["", true, ""]);
  expect(find(".lig-summary").textContent).toBe("");
  button("business").click();
  button("Edit").click();
  button("Discard").click();
  model.receive({ status: "error", error: "no such label" });
  expect(find(".lig-error").textContent).toBe("no such label");
  model.receive({ status: "idle", error: "", target: null, result: goldenResult() });
  expect(el.querySelectorAll(".lig-span")).toHaveLength(21);
  expect(text.ariaLabel).toContain("the logit of business");
});
