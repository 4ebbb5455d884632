import { describe, expect, test } from "vitest";
import { ApiError } from "../api/api-error.js";
import type { UploadRecord } from "../api/types.js";
import { aFile, anUploadRecord } from "../../testing/builders.js";
import { StoreError } from "./store-error.js";
import type { Place } from "./sending-line.js";
import { transferFile } from "./transfer-file.js";
import type { Stage } from "./transfer-listener.js";
import type { FileToSend, TransferPorts } from "./transfer-ports.js";

const FILE = aFile();
const CHECKSUM = { algorithm: "crc32c", value_base64: "abc=" } as const;

const anError = (code: string, given: Partial<ApiError> = {}) =>
  new ApiError({ code, status: 409, detail: code, hint: "", retryable: false, retry_after: null, ...given });
const missing = () => anError("object_missing", { retryable: true });
const down = (retry_after: number | null = null) => anError("unavailable", { status: 503, retryable: true, retry_after });

/** Answers each call with the next thing in its script, errors thrown; its end repeats. An empty script: `last`. */
function scripted<T>(script: ReadonlyArray<T | Error>, last: T) {
  let calls = 0;
  return () => {
    const next = calls < script.length ? script[calls] : script.at(-1);
    calls += 1;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? last);
  };
}

const transferTo = (url: string) =>
  ({ kind: "put", method: "PUT", url, headers: {}, expires_at: "2026-11-21T10:01:00Z" }) as const;

interface Script {
  start?: Error[];
  put?: Array<Error | "sent">;
  confirm?: Array<Error | typeof FILE>;
  online?: boolean[];
  /** Milliseconds that the file waits for its turn. */
  waits?: number;
  findEarlier?: string;
  getUpload?: Array<Error | UploadRecord>;
}

/** A world that follows a script, and a log of what the transfer asked of it. */
function aRun(script: Script = {}) {
  const log: string[] = [];
  const waits: number[] = [];
  const sent: number[] = [];
  const stages: Array<Stage | "waiting"> = [];
  const noted = <T>(name: string, answer: () => Promise<T>) => () => {
    log.push(name);
    return answer();
  };
  const first = transferTo("first");
  const started = { upload_id: "u1", object_key: "k", expires_at: "", server_time: "2026-11-21T10:00:00Z", url: first.url, transfer: first };
  const online = scripted(script.online ?? [], true);
  let isOnline = true;
  let now = 0;
  const inTurn: Place["run"] = (task, _, onWait) => {
    if (script.waits) onWait();
    now += script.waits ?? 0;
    return task();
  };
  const ports: TransferPorts = {
    checksum: noted("checksum", () => Promise.resolve(CHECKSUM)),
    abort: noted("abort", () => Promise.resolve()),
    start: noted("start", scripted(script.start ?? [], started)),
    renewTransfer: noted("fresh", () => Promise.resolve({ transfer: transferTo("fresh"), server_time: "" })),
    joinLine: () => ({ run: inTurn, leave: () => undefined }),
    confirm: noted("confirm", scripted(script.confirm ?? [], FILE)),
    put: (transfer, file, { onSent }) => {
      onSent(file.size);
      return noted(`put ${transfer.url}`, put)();
    },
    findEarlier: () => Promise.resolve(script.findEarlier ?? null),
    getUpload: noted("look", scripted<UploadRecord>(script.getUpload ?? [], anUploadRecord({ kind: "put" }))),
    signParts: () => Promise.reject(new Error("no parts here")),
    digest: () => Promise.resolve(CHECKSUM.value_base64),
    runInPool: (task) => task(),
    now: () => now,
    isOnline: () => isOnline,
    untilOnline: noted("untilOnline", () => Promise.resolve()),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  const puts = scripted<"sent">(script.put ?? [], "sent");
  async function put() {
    isOnline = await online();
    await puts();
  }
  const listener = {
    onStage: (stage: Stage) => void stages.push(stage),
    onWaiting: () => void stages.push("waiting"),
    onSent: (bytes: number) => void sent.push(bytes),
    onStarted: (id: string) => void log.push(`started ${id}`),
    onContinued: () => undefined,
  };
  const run = (source: Partial<FileToSend> = {}) => {
    const whole: FileToSend = {
      file: new Blob(["la"]),
      filename: "la.mp3",
      content_type: "audio/mpeg",
      details: { mood: "happy", title: "La", artist: null, tags: null, visibility: null },
      fingerprint: "la.mp3|2|0",
      upload_id: null,
      ...source,
    };
    return transferFile(whole, ports, listener, new AbortController().signal);
  };
  return { run, log, waits, stages, sent };
}

test("a file is hashed, started, put and confirmed", async () => {
  const { run, log, stages } = aRun();

  await expect(run()).resolves.toBe(FILE);

  expect(log).toEqual(["checksum", "start", "started u1", "put first", "confirm"]);
  expect(stages).toEqual(["preparing", "sending", "confirming"]);
});

describe("a file that waits for its turn", () => {
  test("says so, and uses the address that it has", async () => {
    const { run, log, stages } = aRun({ waits: 58_000 });

    await expect(run()).resolves.toBe(FILE);

    expect(log.slice(3)).toEqual(["put first", "confirm"]);
    expect(stages).toEqual(["preparing", "queued", "sending", "confirming"]);
  });

  test("asks for a fresh address if its own expires meanwhile", async () => {
    const { run, log } = aRun({ waits: 58_001 });

    await expect(run()).resolves.toBe(FILE);

    expect(log.slice(3)).toEqual(["fresh", "put fresh", "confirm"]);
  });
});

describe("the store", () => {
  test("a 412 means that the bytes are there: on to confirm", async () => {
    const { run, log } = aRun({ put: [new StoreError("network"), new StoreError("already_there", 412)] });

    await expect(run()).resolves.toBe(FILE);

    expect(log.slice(3)).toEqual(["put first", "put first", "confirm"]);
  });

  test("an expired address is replaced by a fresh one", async () => {
    const { run, log } = aRun({ put: [new StoreError("expired", 403), "sent"] });

    await expect(run()).resolves.toBe(FILE);

    expect(log.slice(3)).toEqual(["put first", "fresh", "put fresh", "confirm"]);
  });

  test("a store that never accepts an address is believed after two fresh ones", async () => {
    const { run, log } = aRun({ put: [new StoreError("expired", 403)] });

    await expect(run()).rejects.toMatchObject({ kind: "expired" });

    expect(log.filter((entry) => entry.startsWith("put"))).toEqual(["put first", "put fresh", "put fresh"]);
  });

  test("a stalled socket is tried again, later each time, and in the end given up", async () => {
    const { run, waits } = aRun({ put: [new StoreError("stalled")] });

    await expect(run()).rejects.toMatchObject({ kind: "stalled" });

    expect(waits).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  test("what was sent in vain is not counted while it waits for the next try", async () => {
    const { run, sent } = aRun({ put: [new StoreError("network"), "sent"] });

    await run();

    expect(sent).toEqual([0, 2, 0, 0, 2]);
  });

  test("a refusal is not tried again", async () => {
    const { run, waits, log } = aRun({ put: [new StoreError("refused", 400)] });

    await expect(run()).rejects.toMatchObject({ kind: "refused" });

    expect(waits).toEqual([]);
    expect(log.at(-1)).toBe("put first");
  });

  test("without a network it waits for it, and that uses up no try", async () => {
    const cut = Array.from({ length: 8 }, () => new StoreError("network"));
    const { run, waits, stages } = aRun({ put: [...cut, "sent"], online: [false] });

    await expect(run()).resolves.toBe(FILE);

    expect(waits).toEqual([]);
    expect(stages).toContain("waiting");
  });
});

describe("the service", () => {
  test("Retry-After is respected", async () => {
    const { run, waits } = aRun({ confirm: [down(7), FILE] });

    await expect(run()).resolves.toBe(FILE);

    expect(waits).toEqual([7000]);
  });

  test("an upload it will not have is not asked for again", async () => {
    const { run, log } = aRun({ start: [anError("content_type_not_allowed")] });

    await expect(run()).rejects.toMatchObject({ code: "content_type_not_allowed" });

    expect(log).toEqual(["checksum", "start"]);
  });

  test("an object it does not find is put again at a fresh address", async () => {
    const { run, log } = aRun({ confirm: [missing(), FILE] });

    await expect(run()).resolves.toBe(FILE);

    expect(log.slice(3)).toEqual(["put first", "confirm", "fresh", "put fresh", "confirm"]);
  });

  test("an object it never finds ends in its own words", async () => {
    const { run, log } = aRun({ confirm: [missing()] });

    await expect(run()).rejects.toMatchObject({ code: "object_missing" });

    expect(log.filter((entry) => entry === "confirm")).toHaveLength(3);
  });

  test("a mismatch is final", async () => {
    const { run, log } = aRun({ confirm: [anError("object_mismatch", { status: 422 })] });

    await expect(run()).rejects.toMatchObject({ code: "object_mismatch" });

    expect(log.filter((entry) => entry === "confirm")).toHaveLength(1);
  });
});

describe("a retry by hand", () => {
  test("asks confirm before it sends anything: its answer may be all that was lost", async () => {
    const { run, log } = aRun();

    await expect(run({ upload_id: "u0" })).resolves.toBe(FILE);

    expect(log).toEqual(["look", "started u0", "confirm"]);
  });

  test("goes on with the same upload when only the bytes are missing", async () => {
    const { run, log } = aRun({ confirm: [missing(), FILE] });

    await expect(run({ upload_id: "u0" })).resolves.toBe(FILE);

    expect(log).toEqual(["look", "started u0", "confirm", "fresh", "put fresh", "confirm"]);
  });

  test("finds what another page began", async () => {
    const { run, log } = aRun({ findEarlier: "u0" });

    await expect(run()).resolves.toBe(FILE);

    expect(log).toEqual(["look", "started u0", "confirm"]);
  });

  test.each([
    ["knows the upload no longer", anError("upload_not_found", { status: 404 })],
    ["has given it up", anUploadRecord({ kind: "put", status: "aborted" })],
    ["has one with digests that this page cannot make", anUploadRecord({ part_checksum_algorithm: "sha256" })],
  ])("starts anew when the service %s", async (_, answer) => {
    const { run, log } = aRun({ getUpload: [answer] });

    await expect(run({ upload_id: "u0" })).resolves.toBe(FILE);

    expect(log).toEqual(["look", "checksum", "start", "started u1", "put first", "confirm"]);
  });

  test("sends nothing twice while the service is down", async () => {
    const { run, log } = aRun({ getUpload: [down()] });

    await expect(run({ upload_id: "u0" })).rejects.toMatchObject({ code: "unavailable" });

    expect(new Set(log)).toEqual(new Set(["look"]));
  });
});
