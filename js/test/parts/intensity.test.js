import { afterEach, expect, test } from "vitest";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { drag, mount } from "../support/mount.js";

afterEach(() => document.body.replaceChildren());

test("the intensity is an exponent of the view: 1 in the middle, and never saved", () => {
  const model = goldenModel();
  const { root, slider, span } = mount(model);
  const strength = () => span(1).style.getPropertyValue("--lig-strength");
  const before = strength();
  expect(slider("Intensity").ariaValueText).toBe("proportional to the score");
  drag(slider("Intensity"), 2);
  expect(root.style.getPropertyValue("--lig-gamma")).toBe("0.25");
  expect(slider("Intensity").ariaValueText).toBe("weak words stronger");
  drag(slider("Intensity"), -1);
  expect(root.style.getPropertyValue("--lig-gamma")).toBe("2");
  model.receive({ result: goldenResult() });
  expect(root.style.getPropertyValue("--lig-gamma")).toBe("2");
  expect(strength()).toBe(before);
  expect(model.saved).toEqual([]);
});
