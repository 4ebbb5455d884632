import { renderHook } from "@testing-library/react";
import { act } from "react";
import { expect, test, vi } from "vitest";
import { forgetFreshCover, keepFreshCover, useFreshCover } from "./fresh-covers";

test("the newest fifty are kept, and the bytes of the others are let go", () => {
  let made = 0;
  const let_go: string[] = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => `blob:${(made += 1)}`, revokeObjectURL: (url: string) => let_go.push(url) }));
  const { result } = renderHook(() => [useFreshCover("f1"), useFreshCover("f51")]);

  act(() => {
    for (let n = 1; n <= 50; n += 1) keepFreshCover(`f${n}`, new Blob());
  });
  expect(result.current).toEqual(["blob:1", null]);

  act(() => keepFreshCover("f51", new Blob()));
  expect(result.current).toEqual([null, "blob:51"]);
  expect(let_go).toEqual(["blob:1"]);

  const picture = new Blob();
  act(() => keepFreshCover("f51", picture));
  act(() => keepFreshCover("f51", picture));
  expect(result.current).toEqual([null, "blob:52"]);
  expect(let_go).toEqual(["blob:1", "blob:51"]);

  act(() => forgetFreshCover("f51"));
  expect(result.current).toEqual([null, null]);
  expect(let_go).toEqual(["blob:1", "blob:51", "blob:52"]);
});
