import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sheets = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) =>
  /^(?:features|ui)\b.*\.css$/.test(path),
);

/**
 * Style sheets load with lazy chunks: a class styled in two of them would change when the second arrives. One in a state, as
 * `.player[data-full]`, may have another owner: its rules are more specific, so they win whichever sheet comes first.
 */
test("a class is styled by one sheet alone", () => {
  const owners = new Map<string, Set<string>>();
  for (const path of sheets) {
    for (const [, name = ""] of readFileSync(`src/${path}`, "utf8").matchAll(/^\.([a-z][\w-]*(?:\[[\w-]+\]|:has\([^)]*\))?)[ ,:{[]/gm)) {
      owners.set(name, (owners.get(name) ?? new Set()).add(path));
    }
  }

  expect(owners.size).toBeGreaterThan(50);
  expect([...owners].filter(([, paths]) => paths.size > 1)).toEqual([]);
});
