import { expect, test, vi } from "vitest";
import { DISCONNECTED, watchConnection } from "../../state/connection.js";
import { goldenModel } from "../support/fake-model.js";

function watch() {
  const model = goldenModel();
  const page = document.createElement("div");
  const el = document.createElement("div");
  page.append(el);
  const life = new AbortController();
  const onChange = vi.fn();
  const on = vi.spyOn(model, "on");
  const connected = watchConnection({ signal: life.signal, model, el, onChange });
  const listener = /** @type {(this: unknown) => void} */ (on.mock.calls[0]?.[1]);
  return { connected, el, listener, life, model, page, onChange };
}

test("the host's class, on the view or around it, means that no kernel is connected", () => {
  const { connected, el, page } = watch();
  expect(connected()).toBe(true);
  el.className = DISCONNECTED;
  expect(connected()).toBe(false);
  el.className = "";
  page.className = DISCONNECTED;
  expect(connected()).toBe(false);
});

test("the model reports that its kernel disconnected and reconnected", () => {
  const { connected, listener, onChange } = watch();
  listener.call({ model: { comm_live: false } });
  expect(connected()).toBe(false);
  listener.call({ model: { comm_live: true } });
  expect(connected()).toBe(true);
  listener.call(undefined); // a host that passes nothing
  expect(connected()).toBe(true);
  expect(onChange).toHaveBeenCalledTimes(3);
});

test("a removed view does not listen", async () => {
  const { el, life, model, onChange } = watch();
  expect(model.listening()).toBe(1);
  life.abort();
  expect(model.listening()).toBe(0);
  el.className = DISCONNECTED;
  await new Promise((resolve) => setTimeout(resolve));
  expect(onChange).not.toHaveBeenCalled();
});
