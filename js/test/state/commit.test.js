import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCommit } from "../../state/commit.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("changes in quick succession are saved once, after a pause of 250 ms", () => {
  const save = vi.fn();
  const commit = createCommit(save);
  for (const n_steps of [3, 5, 9]) {
    commit.later({ n_steps });
    vi.advanceTimersByTime(249);
  }
  expect(save).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(save.mock.calls).toEqual([[{ n_steps: 9 }]]);
});

test("a flush saves at once, and only once", () => {
  const save = vi.fn();
  const commit = createCommit(save);
  commit.later({ n_steps: 9 });
  commit.flush();
  vi.advanceTimersByTime(1000);
  commit.flush();
  expect(save.mock.calls).toEqual([[{ n_steps: 9 }]]);
});

test("a choice is saved together with the draft", () => {
  const save = vi.fn();
  const commit = createCommit(save);
  commit.later({ n_steps: 9 });
  commit.now({ target: "sport" });
  expect(save.mock.calls).toEqual([[{ n_steps: 9, target: "sport" }]]);
});

test("the draft holds the changes until they are saved", () => {
  const commit = createCommit(() => {});
  commit.later({ n_steps: 9 });
  commit.later({ method: "auto" });
  expect(commit.draft()).toEqual({ n_steps: 9, method: "auto" });
  commit.flush();
  expect(commit.draft()).toEqual({});
});
