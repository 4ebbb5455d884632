import { renderHook } from "@testing-library/react";
import { http } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { config } from "../../../config";
import { aFile } from "../../../testing/builders";
import { passTime, silence, stopClock } from "../../../testing/clock";
import { server } from "../../../testing/server";
import { mainColours, useCoverColours } from "./cover-colours";

afterEach(() => vi.useRealTimers());

type Colour = readonly [number, number, number];

/** A picture of so many pixels of each colour. */
function pixelsOf(...parts: readonly (readonly [count: number, colour: Colour])[]): Uint8ClampedArray {
  return Uint8ClampedArray.from(parts.flatMap(([count, colour]) => Array.from({ length: count }, () => [...colour, 255]).flat()));
}

const TEAL: Colour = [20, 160, 150];
const RUST: Colour = [180, 90, 30];
const GREY: Colour = [120, 120, 120];

test("the colour that most of the picture has, and one far from it", () => {
  expect(mainColours(pixelsOf([150, TEAL], [60, RUST], [40, GREY]))).toEqual(["rgb(20 160 150)", "rgb(180 90 30)"]);
});

test("a vivid colour goes before as much grey", () => {
  expect(mainColours(pixelsOf([128, GREY], [128, RUST]))[0]).toBe("rgb(180 90 30)");
});

test("a picture of one colour has it twice", () => {
  expect(mainColours(pixelsOf([256, TEAL]))).toEqual(["rgb(20 160 150)", "rgb(20 160 150)"]);
});

test("a cover that does not come is waited for a quarter of a minute, and asked for again at the next look", async () => {
  let asked = 0;
  const stopped = vi.fn<() => void>();
  const file = aFile({ file_id: "silent", cover_id: "01C" });
  server.use(
    http.get(`${config.apiOrigin}/v1/files/silent/cover`, ({ request }) => {
      asked += 1;
      request.signal.addEventListener("abort", stopped);
      return silence();
    }),
  );
  stopClock();

  renderHook(() => useCoverColours(file));
  await passTime(7000);
  expect([asked, stopped.mock.calls.length]).toEqual([1, 0]);
  await passTime(1000);
  expect(stopped).toHaveBeenCalledOnce();

  renderHook(() => useCoverColours(aFile({ ...file })));
  await passTime(100);
  expect(asked).toBe(2);
});
