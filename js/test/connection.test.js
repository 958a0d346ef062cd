import { expect, test, vi } from "vitest";
import { DISCONNECTED, watchConnection } from "../connection.js";
import { goldenModel } from "./fake-model.js";

function stage() {
  const model = goldenModel();
  const page = document.createElement("div");
  const el = document.createElement("div");
  page.append(el);
  const life = new AbortController();
  const told = vi.fn();
  const on = vi.spyOn(model, "on");
  const connected = watchConnection(model, el, life.signal, told);
  const heard = /** @type {(this: unknown) => void} */ (on.mock.calls[0]?.[1]);
  return { connected, el, heard, life, model, page, told };
}

test("the host's class, on the view or around it, says that no kernel is there", () => {
  const { connected, el, page } = stage();
  expect(connected()).toBe(true);
  el.className = DISCONNECTED;
  expect(connected()).toBe(false);
  el.className = "";
  page.className = DISCONNECTED;
  expect(connected()).toBe(false);
});

test("the model says that its kernel went, and that it came back", () => {
  const { connected, heard, told } = stage();
  heard.call({ model: { comm_live: false } });
  expect(connected()).toBe(false);
  heard.call({ model: { comm_live: true } });
  expect(connected()).toBe(true);
  heard.call(undefined); // a host that says nothing with it
  expect(connected()).toBe(true);
  expect(told).toHaveBeenCalledTimes(3);
});

test("a view that is gone listens no more", async () => {
  const { el, life, model, told } = stage();
  expect(model.listening()).toBe(1);
  life.abort();
  expect(model.listening()).toBe(0);
  el.className = DISCONNECTED;
  await new Promise((resolve) => setTimeout(resolve));
  expect(told).not.toHaveBeenCalled();
});
