import { afterEach, expect, test } from "vitest";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { choose, mount } from "../support/mount.js";

afterEach(() => document.body.replaceChildren());

test("the granularity changes at once, with or without a kernel", () => {
  const { el, select, text, spans, span } = mount(goldenModel());
  el.classList.add("jupyter-widgets-disconnected");
  choose(select("Granularity"), "sentence");
  expect(spans()).toHaveLength(1);
  expect(text.textContent).toBe(goldenResult().request.text);
  expect(span(0).ariaLabel).toMatch(/, plus 3.19, rank 1$/);
  choose(select("Granularity"), "word");
  expect(spans()).toHaveLength(21);
});
