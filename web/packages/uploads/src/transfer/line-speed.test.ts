import { expect, test, vi } from "vitest";
import { LineSpeed } from "./line-speed.js";

function aSpeed() {
  const clock = { now: 0 };
  const onChange = vi.fn<() => void>();
  return { clock, onChange, speed: new LineSpeed(1000, () => clock.now, onChange) };
}

test("a line is slow once a second has carried too little", () => {
  const { clock, speed, onChange } = aSpeed();
  const request = speed.begin(5000);

  clock.now = 900;
  request.sent(400);
  expect(speed.isSlow).toBeNull();
  clock.now = 1000;
  request.sent(999);

  expect(speed.isSlow).toBe(true);
  expect(onChange).toHaveBeenCalledOnce();
});

test("bytes that wait in a buffer do not make a line fast, however many are reported as sent", () => {
  const { clock, speed } = aSpeed();
  const request = speed.begin(5000);

  clock.now = 10;
  request.sent(5000);
  expect(speed.isSlow).toBeNull();
  clock.now = 40_000;
  request.end(true);

  expect(speed.isSlow).toBe(true);
});

test("a line is fast once a file is answered as soon as one would be", () => {
  const { clock, speed, onChange } = aSpeed();
  const request = speed.begin(3000);

  clock.now = 3000;
  request.sent(3000);
  request.end(true);

  expect(speed.isSlow).toBe(false);
  expect(onChange).toHaveBeenCalledOnce();
});

test("requests that run together share the line", () => {
  const { clock, speed } = aSpeed();
  const [one] = [speed.begin(3000), speed.begin(3000)];

  clock.now = 6000;
  one.sent(3000);
  one.end(true);

  expect(speed.isSlow).toBe(false);
});

test("a small file that is answered at once says that the line is not slow, and a failure says nothing", () => {
  const { clock, speed } = aSpeed();

  speed.begin(10).end(false);
  expect(speed.isSlow).toBeNull();
  const request = speed.begin(10);
  clock.now = 249;
  request.end(true);
  expect(speed.isSlow).toBe(false);
});

test("a small file that takes some time says nothing: the next ones go one after another", () => {
  const { clock, speed } = aSpeed();
  const request = speed.begin(100);

  clock.now = 800;
  request.end(true);

  expect(speed.isSlow).toBeNull();
});

test("a slow line stays slow while small files are sent, and is fast again when much is answered", () => {
  const { clock, speed } = aSpeed();
  const first = speed.begin(10);
  clock.now = 1000;
  first.end(true);
  expect(speed.isSlow).toBe(true);

  speed.begin(99).end(true);
  expect(speed.isSlow).toBe(true);

  speed.begin(100).end(true);
  expect(speed.isSlow).toBe(false);
});

test("time without a request is not measured", () => {
  const { clock, speed } = aSpeed();
  speed.begin(10).end(true);

  clock.now = 100_000;
  const request = speed.begin(1000);
  clock.now = 100_500;
  request.sent(10);

  expect(speed.isSlow).toBe(false);
});
