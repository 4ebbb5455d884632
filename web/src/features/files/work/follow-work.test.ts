import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { aFile } from "../../../testing/builders";
import { ORIGIN, problem, server } from "../../../testing/server";
import type { FileRecord } from "../../../lib/types";
import { followWork } from "./follow-work";

/** What the service says: open jobs as "file_id kind", how many workers there are, and the files. */
interface Work {
  open: string[];
  workers: number;
  files: FileRecord[];
  status: number;
}

const waiting = aFile({ file_id: "a", media_state: "waiting" });
const ready = aFile({ file_id: "a", media_state: "ready" });

/** Follow the work on `listed`. Before each question, the next step of `steps` changes what the service says. */
async function follow(listed: readonly FileRecord[], given: Partial<Work>, steps: readonly Partial<Work>[] = []) {
  const work: Work = { open: [], workers: 1, files: [...listed], status: 200, ...given };
  let files = listed;
  const seen = { pauses: [] as number[], working: [] as string[], files: [] as FileRecord[] };
  server.use(
    http.get(`${ORIGIN}/v1/jobs`, () => {
      if (work.status !== 200) return problem(work.status, "unavailable");
      const jobs = work.open.map((one) => ({ file_id: one.split(" ")[0], kind: one.split(" ")[1] }));
      return HttpResponse.json({ jobs, workers: work.workers, next_cursor: null });
    }),
    http.get<{ id: string }>(`${ORIGIN}/v1/files/:id`, ({ params }) => {
      const file = work.files.find(({ file_id }) => file_id === params.id);
      return file ? HttpResponse.json(file) : problem(404, "file_not_found");
    }),
  );
  await followWork({
    files: () => files.filter(({ media_state }) => media_state !== "ready"),
    onWorking: (ids) => seen.working.push([...ids].join()),
    onFile(file) {
      seen.files.push(file);
      files = files.map((one) => (one.file_id === file.file_id ? file : one));
    },
    signal: new AbortController().signal,
    wait(ms) {
      Object.assign(work, steps[seen.pauses.length]);
      seen.pauses.push(ms);
      return Promise.resolve();
    },
  });
  return seen;
}

test("a file at work is shown so, and is read once it has no more jobs", async () => {
  const seen = await follow([waiting], { open: ["a image"] }, [{}, { open: [], files: [ready] }]);

  expect(seen.files).toEqual([ready]);
  expect(seen.working).toEqual(["a", "", ""]);
});

test("a film is read as soon as one of its jobs is done, for its poster", async () => {
  const pictured = aFile({ file_id: "a", media_state: "working", cover_id: "poster" });
  const seen = await follow([waiting], { open: ["a poster", "a video"] }, [
    {},
    { open: ["a video"], files: [pictured] },
    { open: [], files: [ready] },
  ]);

  expect(seen.files).toEqual([pictured, ready]);
});

test("the pauses grow from two to ten seconds while nothing changes, and for half an hour at most", async () => {
  const { pauses } = await follow([waiting], { open: ["a video"] });

  expect(pauses.slice(0, 6)).toEqual([2000, 3000, 4500, 6750, 10_000, 10_000]);
  expect(pauses.reduce((sum, ms) => sum + ms)).toBeLessThan(30 * 60_000 + 10_001);
});

test("without a worker nothing is shown, and nothing more is asked", async () => {
  const seen = await follow([waiting], { open: ["a image"], workers: 0 });

  expect(seen.pauses).toHaveLength(1);
  expect(seen.working).toEqual([""]);
});

test("a file from which nothing is made is soon given up", async () => {
  const seen = await follow([aFile({ file_id: "a", media_state: null })], {});

  expect(seen.pauses.length).toBeLessThan(10);
  expect(seen.files).toEqual([]);
});

test("a service that is down is asked again; one that refuses is not", async () => {
  const back = { status: 200, files: [ready] };
  await expect(follow([waiting], { status: 503 }, [{}, back])).resolves.toMatchObject({ files: [ready] });

  await expect(follow([waiting], { status: 403 })).resolves.toMatchObject({ pauses: [2000] });
});

test("a file that is gone is no reason to stop following the others", async () => {
  const gone = aFile({ file_id: "gone", media_state: "working" });
  const seen = await follow([gone, waiting], { files: [ready] }, []);

  expect(seen.files).toEqual([ready]);
  expect(seen.pauses.length).toBeLessThan(20);
});
