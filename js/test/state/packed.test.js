import { expect, test } from "vitest";
import { floats, shorts } from "../../state/packed.js";

test("numbers packed by Python are unpacked", () => {
  expect(shorts("AQD//wCA")).toEqual([1, -1, -32768]); // struct.pack("<3h", 1, -1, -32768)
  expect(floats("AACAPwAAIMA=")).toEqual([1, -2.5]); // struct.pack("<2f", 1, -2.5)
  expect(shorts("")).toEqual([]);
});
