import { expect, test } from "vitest";
import { firstModules } from "../testing/first-modules";
import { LATER_ICONS } from "./later-icons";

const LATER = new RegExp(`\\b(?:icon|name)(?:=|: |=\\{[^}]*)"(?:${Object.keys(LATER_ICONS).join("|")})"`, "g");

test("what is loaded first shows no icon that comes later", () => {
  const early = [...firstModules()].flatMap(([path, source]) => [...source.matchAll(LATER)].map(([text]) => `${path}: ${text}`));

  expect(early).toEqual([]);
});
