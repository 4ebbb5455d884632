import { expect, test } from "vitest";
import { anUploadRecord } from "../../testing/builders.js";
import { missingParts, planOf, storedBytes, type PartPlan } from "./part-plan.js";

const part = (part_number: number, size_bytes: number) => ({ part_number, size_bytes, etag: null });
const plan = (stored_parts: PartPlan["stored_parts"]): PartPlan => ({
  part_size_bytes: 100,
  part_count: 3,
  part_checksum_algorithm: null,
  stored_parts,
});

test("the parts follow each other, and the last has the rest", () => {
  expect(missingParts(250, plan([]))).toEqual([
    { part_number: 1, start: 0, end: 100 },
    { part_number: 2, start: 100, end: 200 },
    { part_number: 3, start: 200, end: 250 },
  ]);
});

test("a stored part counts where its size is the planned one", () => {
  const stored = plan([part(1, 100), part(2, 99), part(3, 50)]);

  expect(missingParts(250, stored).map(({ part_number }) => part_number)).toEqual([2]);
  expect(storedBytes(250, stored)).toBe(150);
});

test("only a pending upload in parts has a plan", () => {
  expect(planOf(anUploadRecord())).toMatchObject({ part_size_bytes: 100, part_count: 10 });
  expect(planOf(anUploadRecord({ status: "ready" }))).toBeNull();
  expect(planOf(anUploadRecord({ kind: "put", part_size_bytes: null, part_count: null, stored_parts: null }))).toBeNull();
});
