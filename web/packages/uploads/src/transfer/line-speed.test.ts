import { expect, test, vi } from "vitest";
import { LineSpeed } from "./line-speed.js";

function aSpeed() {
  const clock = { now: 0 };
  const onChange = vi.fn<() => void>();
  return { clock, onChange, speed: new LineSpeed(1000, () => clock.now, onChange) };
}

test("a line is slow once a second has carried too little", () => {
  const { clock, speed, onChange } = aSpeed();
  const request = speed.begin();

  clock.now = 900;
  request.sent(400);
  expect(speed.isSlow).toBeNull();
  clock.now = 1000;
  request.sent(999);

  expect(speed.isSlow).toBe(true);
  expect(onChange).toHaveBeenCalledOnce();
});

test("requests are measured together", () => {
  const { clock, speed } = aSpeed();
  const [one, other] = [speed.begin(), speed.begin()];

  clock.now = 500;
  one.sent(600);
  other.sent(300);
  expect(speed.isSlow).toBeNull();
  clock.now = 999;
  other.sent(400);

  expect(speed.isSlow).toBe(false);
});

test("a line that carries much is fast before a second is over", () => {
  const { clock, speed } = aSpeed();

  clock.now = 10;
  speed.begin().sent(1000);

  expect(speed.isSlow).toBe(false);
});

test("a small file that is answered at once says that the line is not slow, and a failure says nothing", () => {
  const { speed } = aSpeed();

  speed.begin().end(false);
  expect(speed.isSlow).toBeNull();
  speed.begin().end(true);
  expect(speed.isSlow).toBe(false);
});

test("a slow line stays slow while small files are sent, and is fast again when much is carried", () => {
  const { clock, speed } = aSpeed();
  const first = speed.begin();
  clock.now = 1000;
  first.end(true);
  expect(speed.isSlow).toBe(true);

  speed.begin().end(true);
  expect(speed.isSlow).toBe(true);

  speed.begin().sent(1000);
  expect(speed.isSlow).toBe(false);
});

test("time without a request is not measured", () => {
  const { clock, speed } = aSpeed();
  speed.begin().end(true);

  clock.now = 100_000;
  const request = speed.begin();
  clock.now = 100_500;
  request.sent(10);

  expect(speed.isSlow).toBe(false);
});
