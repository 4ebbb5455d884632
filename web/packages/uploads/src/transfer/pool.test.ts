import { expect, test } from "vitest";
import { createPool } from "./pool.js";

const never = new AbortController().signal;

function aTask() {
  const door = new EventTarget();
  const opened = new Promise((resolve) => door.addEventListener("open", resolve));
  let started = false;
  const run = () => {
    started = true;
    return opened;
  };
  return { run, finish: () => door.dispatchEvent(new Event("open")), started: () => started };
}

test("only so many run at once, and the next starts when one ends", async () => {
  const runInPool = createPool(2);
  const tasks = [aTask(), aTask(), aTask()] as const;
  const all = tasks.map((task) => runInPool(task.run, never));
  await Promise.resolve();
  expect(tasks.map((task) => task.started())).toEqual([true, true, false]);

  tasks[0].finish();
  await all[0];

  await expect.poll(() => tasks[2].started()).toBe(true);
});

test("a task that fails gives up its place", async () => {
  const runInPool = createPool(1);
  await expect(runInPool(() => Promise.reject(new Error("no")), never)).rejects.toThrow("no");

  await expect(runInPool(() => Promise.resolve("next"), never)).resolves.toBe("next");
});

test("one cancelled while it waits never starts, and holds up nobody", async () => {
  const runInPool = createPool(1);
  const [first, second] = [aTask(), aTask()];
  const stop = new AbortController();
  const running = runInPool(first.run, never);
  const cancelled = runInPool(second.run, stop.signal);
  const last = runInPool(() => Promise.resolve("last"), never);

  stop.abort();
  await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
  first.finish();
  await running;

  await expect(last).resolves.toBe("last");
  expect(second.started()).toBe(false);
});
