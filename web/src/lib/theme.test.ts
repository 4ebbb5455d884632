import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { chooseTheme, startTheme, useIsDark } from "./theme";

const media = () => [...document.querySelectorAll("meta")].map((meta) => meta.getAttribute("media"));
const scheme = () => document.documentElement.style.colorScheme;

afterEach(() => {
  chooseTheme("system");
  document.head.innerHTML = "";
});

test("the chosen theme is there on the next visit, and the device's own comes back", () => {
  chooseTheme("dark");
  expect(scheme()).toBe("dark");

  document.documentElement.style.colorScheme = "";
  startTheme();
  expect(scheme()).toBe("dark");

  chooseTheme("system");
  expect(scheme()).toBe("");
});

test("another tab's choice is followed, and what is not a theme is none", () => {
  startTheme();

  localStorage.setItem("moodrop.theme", "light");
  globalThis.dispatchEvent(new StorageEvent("storage", { key: "moodrop.theme" }));
  expect(scheme()).toBe("light");

  localStorage.setItem("moodrop.theme", "purple");
  globalThis.dispatchEvent(new StorageEvent("storage", { key: "moodrop.theme" }));
  expect(scheme()).toBe("");
});

test("the browser's own bars take the colour of the theme", () => {
  document.head.innerHTML = `<meta name="theme-color" media="(prefers-color-scheme: light)"><meta name="theme-color" media="(prefers-color-scheme: dark)">`;

  chooseTheme("dark");
  expect(media()).toEqual(["not all", "all"]);
  chooseTheme("system");
  expect(media()).toEqual(["(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"]);
});

test("the page is dark as it was chosen, else as the device is", () => {
  const { result } = renderHook(() => useIsDark());
  expect(result.current).toBe(false);

  act(() => chooseTheme("dark"));

  expect(result.current).toBe(true);
});
