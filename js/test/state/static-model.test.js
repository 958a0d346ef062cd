import { expect, test, vi } from "vitest";
import { createStaticModel } from "../../state/static-model.js";
import { goldenState } from "../support/fake-model.js";

test("a static model reports changes, and only changes", () => {
  const model = createStaticModel(goldenState());
  const listener = vi.fn();
  model.on("change:target", listener);
  model.set("target", "sport");
  model.set("target", "sport");
  model.set("position", 3);
  model.save_changes();
  model.send({ cancel: true });
  expect(listener).toHaveBeenCalledOnce();
  expect(model.get("target")).toBe("sport");
  model.off("change:target", listener);
  model.set("target", "tech");
  expect(listener).toHaveBeenCalledOnce();
});
