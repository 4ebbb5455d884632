import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) => /(?<!\.test)\.tsx$/.test(path));
const usersOf = (icon: string) => sources.filter((path) => new RegExp(`\\b(?:icon|name)(?:=|: )"${icon}"`).test(readFileSync(`src/${path}`, "utf8")));

test("the sign of the queue opens it; the one that adds to it has a plus", () => {
  expect(usersOf("queue")).toEqual(["features/player/bar/player-bar.tsx"]);
  expect(usersOf("enqueue").length).toBeGreaterThan(1);
});
