import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { App } from "./app";
import { announcements } from "./lib/announce";
import { A_FILM, aSong } from "./testing/builders";
import { aWorld, server, STORE } from "./testing/server";

const PART = 1000;
const film = (size = 4500) => new File([new Uint8Array(size)], "film.mp4", { type: "video/mp4", lastModified: 7 });

/** A service that knows the film, and has two of its five parts. */
function aWorldWithAnUnfinishedFilm() {
  const stored = new Map([
    ["upload-1/1", PART],
    ["upload-1/4", PART],
  ]);
  return aWorld({ put_max_bytes: PART, started: new Map([["upload-1", A_FILM]]), stored });
}

/** The numbers of the parts that reach the store from now on. */
function partsSent() {
  const sent: string[] = [];
  server.events.on("request:match", ({ request }) => {
    if (request.method === "PUT" && request.url.startsWith(STORE)) sent.push(request.url.slice(`${STORE}/upload-1/`.length));
  });
  return sent;
}

const theTray = async () => within(await screen.findByRole("region", { name: "Uploads" }));
const theSongs = async () => within(await screen.findByRole("list", { name: "Files" }));
const chooserOf = async (name: string) => (await theTray()).findByLabelText(`Choose file ${name} again to resume`, { selector: "input" });

test("a large file goes in parts and becomes a song", async () => {
  const world = aWorld({ put_max_bytes: PART });
  render(<App />);
  await screen.findByRole("button", { name: "Add files" });
  await userEvent.upload(screen.getByLabelText("Add files", { selector: "input" }), film());
  await userEvent.click(await screen.findByRole("button", { name: "Upload 1 file" }));

  expect(await (await theSongs()).findByText("film")).toBeVisible();
  expect(world.stored.size).toBe(5);
  expect(world.started.get("upload-1")).toMatchObject({ fingerprint: "film.mp4|4500|7", part_checksum_algorithm: "crc32c" });
});

const dropped = () => HttpResponse.xml("<Error><Code>NoSuchUpload</Code></Error>", { status: 404 });

test("what the store dropped in the middle is asked for from the service, and sent again", async () => {
  const world = aWorld({ put_max_bytes: PART });
  server.use(http.put(`${STORE}/:id/:part`, dropped, { once: true }));
  render(<App />);
  await screen.findByRole("button", { name: "Add files" });
  await userEvent.upload(screen.getByLabelText("Add files", { selector: "input" }), film());
  await userEvent.click(await screen.findByRole("button", { name: "Upload 1 file" }));

  expect(await (await theSongs()).findByText("film")).toBeVisible();
  expect(world.stored.size).toBe(5);
  expect(world.started.size).toBe(1);
});

test("what an earlier page began goes on with its file, and only the missing parts are sent", async () => {
  const world = aWorldWithAnUnfinishedFilm();
  const sent = partsSent();
  const announced: string[] = [];
  announcements.subscribe(() => announced.push(announcements.get().text));
  render(<App />);
  expect(await (await theTray()).findByText(/2 kB of 4.5 kB saved/)).toBeVisible();

  await userEvent.upload(await chooserOf("Film"), film());

  expect(await (await theSongs()).findByText("Film")).toBeVisible();
  expect(sent.toSorted()).toEqual(["2", "3", "5"]);
  expect(world.files[0]).toMatchObject({ mood: "sad", title: "Film" });
  expect(announced).toContain("Resuming Film at 44%.");
});

test("another file is not mixed into it", async () => {
  aWorldWithAnUnfinishedFilm();
  const sent = partsSent();
  render(<App />);

  await userEvent.upload(await chooserOf("Film"), film(4499));

  expect(await (await theTray()).findByRole("alert")).toHaveTextContent("Choose film.mp4 (4.5 kB)");
  expect(sent).toEqual([]);
});

test("added like any other, the file goes on too, with the names given now", async () => {
  const world = aWorldWithAnUnfinishedFilm();
  render(<App />);
  await theTray();
  await userEvent.upload(screen.getByLabelText("Add files", { selector: "input" }), film());
  await userEvent.click(await screen.findByRole("radio", { name: "Happy" }));
  await userEvent.click(screen.getByRole("button", { name: "Upload 1 file" }));

  expect(await (await theSongs()).findByText("film")).toBeVisible();
  expect(world.files[0]).toMatchObject({ file_id: "upload-1", mood: "happy" });
});

test("discarding lets the service drop it", async () => {
  const world = aWorldWithAnUnfinishedFilm();
  render(<App />);

  await userEvent.click(await (await theTray()).findByRole("button", { name: "Discard Film" }));

  expect(screen.queryByRole("region", { name: "Uploads" })).not.toBeInTheDocument();
  await expect.poll(() => world.aborted).toEqual(["upload-1"]);
});

test("a paused file whose connection broke waits for a hand, and then goes on with the same upload", async () => {
  const world = aWorld();
  const breaks: Array<() => void> = [];
  const breakLater = () => new Promise<Response>((resolve) => breaks.push(() => resolve(HttpResponse.error())));
  server.use(http.put(`${STORE}/:id`, breakLater, { once: true }));
  render(<App />);
  await screen.findByRole("button", { name: "Add files" });
  await userEvent.upload(screen.getByLabelText("Add files", { selector: "input" }), aSong("tape.mp3"));
  await userEvent.click(await screen.findByRole("button", { name: "Upload 1 file" }));
  const tray = await theTray();
  await tray.findByText(/0 bytes of 1 kB/);

  await userEvent.click(tray.getByRole("button", { name: "Pause tape" }));
  expect(await tray.findByText(/^Pausing after/)).toBeVisible();
  breaks[0]?.();
  expect(await tray.findByText(/^Paused/)).toBeVisible();
  await userEvent.click(tray.getByRole("button", { name: "Resume tape" }));

  expect(await (await theSongs()).findByText("tape")).toBeVisible();
  expect(world.started.size).toBe(1);
});

test("where the unfinished cannot be listed, the page works all the same", async () => {
  aWorld();
  server.use(http.get("*/v1/uploads", () => HttpResponse.error()));
  render(<App />);

  expect(await screen.findByRole("button", { name: "Add files" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "Uploads" })).not.toBeInTheDocument();
});
