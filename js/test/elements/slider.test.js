import { expect, test } from "vitest";
import { stopsWith } from "../../elements/slider.js";

test("an extra stop is inserted in the order of the others", () => {
  expect(stopsWith([33, 40, 50, 65], 42)).toEqual([33, 40, 42, 50, 65]);
  expect(stopsWith([33, 40], 1500)).toEqual([33, 40, 1500]);
  expect(stopsWith([33, 40], 40)).toEqual([33, 40]);
  expect(stopsWith([0.1, 0.01], 0.03)).toEqual([0.1, 0.03, 0.01]);
});
