import { afterEach, expect, test } from "vitest";
import { destination } from "../../elements/roving.js";
import { goldenModel } from "../support/fake-model.js";
import { mount, press } from "../support/mount.js";

afterEach(() => document.body.replaceChildren());

test("the text has one tab stop, which the arrow keys, Home and End move", () => {
  const { spans, span } = mount(goldenModel());
  const stops = () => spans().flatMap(({ tabIndex }, i) => (tabIndex === 0 ? [i] : []));
  const last = spans().length - 1;
  expect(stops()).toEqual([0]);
  span(0).focus();
  for (const [key, current] of /** @type {const} */ ([
    ["ArrowRight", 1],
    ["ArrowDown", 2],
    ["ArrowLeft", 1],
    ["ArrowUp", 0],
    ["ArrowUp", 0],
    ["End", last],
    ["ArrowRight", last],
    ["Home", 0],
  ])) {
    press(/** @type {Element} */ (document.activeElement), key);
    expect(document.activeElement).toBe(span(current));
    expect(stops()).toEqual([current]);
  }
});

test("in a right-to-left text the left arrow moves forward", () => {
  expect(destination("ArrowLeft", 3, 9, true)).toBe(4);
  expect(destination("ArrowRight", 3, 9, true)).toBe(2);
  expect(destination("x", 3, 9, true)).toBe(-1);
});
