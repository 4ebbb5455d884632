import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, test, vi } from "vitest";
import { App } from "./app";
import { aFile, aSong } from "./testing/builders";
import { aWorld, ORIGIN, problem, server, STORE } from "./testing/server";

/** Open the page and choose files as a person does. */
async function choose(...files: File[]) {
  const user = userEvent.setup({ applyAccept: false });
  render(<App />);
  await screen.findByRole("button", { name: "Add files" });
  await user.upload(screen.getByLabelText("Add files", { selector: "input" }), files);
  const panel = await screen.findByRole("dialog", { name: "Add files" });
  return { user, panel: within(panel) };
}

/** A file as a folder chooser gives it. */
function aSongInFolder(path: string): File {
  return Object.defineProperty(aSong(path.slice(path.lastIndexOf("/") + 1)), "webkitRelativePath", { value: path });
}

const theSongs = async () => within(await screen.findByRole("list", { name: "Files" }));
const theTray = async () => within(await screen.findByRole("region", { name: "Uploads" }));

describe("adding songs", () => {
  test("an empty library says what to do, and what it takes", async () => {
    aWorld();
    render(<App />);

    expect(await screen.findByText("Your library is empty.")).toBeVisible();
    expect(screen.queryByRole("navigation", { name: "Mood" })).not.toBeInTheDocument();
    expect(screen.getByText(/^Drop songs anywhere/)).toBeVisible();
    expect(screen.getByText("Audio, video, images and PDF · up to 10 MB each", { selector: ".empty-limits" })).toBeVisible();
  });

  test("a song goes from the disk into the library, with its mood and its names", async () => {
    const world = aWorld();
    const { user, panel } = await choose(aSong("Nina Simone - Feeling Good.mp3"));

    await user.click(panel.getByRole("radio", { name: "Happy" }));
    await user.type(panel.getByRole("textbox", { name: /^Title/ }), "!");
    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));

    expect(await (await theSongs()).findByText("Feeling Good!")).toBeVisible();
    expect(world.files[0]).toMatchObject({ mood: "happy", title: "Feeling Good!", artist: "Nina Simone", size_bytes: 1000 });
    expect(world.started.get("upload-1")?.checksum?.algorithm).toBe("crc32c");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  test("one file shows its fields; of several, each is a line that opens them", async () => {
    const world = aWorld();
    const { user, panel } = await choose(aSong("Nina Simone - Blue.mp3"), aSong("two.mp3"));
    expect(panel.queryByRole("textbox")).not.toBeInTheDocument();

    const line = panel.getByRole("button", { name: "Blue Nina Simone 1 kB Neutral" });
    await user.click(line);
    expect(line).toHaveAttribute("aria-expanded", "true");
    await user.clear(panel.getByRole("textbox", { name: /^Title/ }));
    await user.type(panel.getByRole("textbox", { name: /^Title/ }), "Bluer");
    await user.click(within(panel.getByRole("group", { name: "Mood of Bluer" })).getByRole("radio", { name: "Sad" }));
    expect(panel.getByRole("button", { name: "Bluer Nina Simone 1 kB Sad" })).toBeVisible();
    await user.click(panel.getByRole("button", { name: /^two/ }));
    expect(panel.getAllByRole("textbox", { name: /^Title/ })).toHaveLength(1);
    await user.click(panel.getByRole("button", { name: /^two/ }));
    expect(panel.queryByRole("textbox")).not.toBeInTheDocument();

    await user.click(panel.getByRole("button", { name: "Upload 2 files" }));
    await waitFor(() => expect(world.files).toHaveLength(2));
    expect(world.files.map(({ title, mood }) => `${title}: ${mood}`).toSorted()).toEqual(["Bluer: sad", "two: neutral"]);
  });

  test("the mood on show is the mood proposed", async () => {
    aWorld({ files: [aFile()] });
    const { user, panel } = await choose(aSong());
    expect(panel.getByRole("radio", { name: "Neutral" })).toBeChecked();
    await user.click(panel.getByRole("button", { name: "Cancel" }));

    await user.click(screen.getByRole("button", { name: /^Sad/ }));
    await user.upload(screen.getByLabelText("Add files", { selector: "input" }), aSong());

    expect(await screen.findByRole("radio", { name: "Sad" })).toBeChecked();
  });

  test("files that may not come in are named with the reason, and the others stay", async () => {
    aWorld();
    const { panel } = await choose(aSong(), aSong("notes.zip", 10, "application/zip"), aSong("big.wav", 10_000_001, "audio/wav"));

    expect(panel.getByRole("alert")).toHaveTextContent("notes.zip isn't supported");
    expect(panel.getByRole("alert")).toHaveTextContent("big.wav is 10 MB. The limit is 10 MB.");
    expect(panel.getByRole("button", { name: "Upload 1 file" })).toBeEnabled();
  });

  test("a folder's hidden files are counted, and songs whose names begin with dots are taken", async () => {
    aWorld();
    const { panel } = await choose(...[".music/...And/01.mp3", ".music/.git/a.mp3", ".music/.git/b.mp3", ".music/._01.mp3"].map(aSongInFolder));

    expect(panel.getByRole("alert")).toHaveTextContent("2 files can't be added");
    expect(panel.getByRole("alert")).toHaveTextContent("2 hidden files or folders were skipped.");
    expect(panel.getByRole("button", { name: "Upload 1 file" })).toBeEnabled();
  });

  test("a choice of which all is left out says so", async () => {
    aWorld();
    const { panel } = await choose(aSong("._song.mp3"), aSong("Thumbs.db", 10, ""));

    expect(panel.getByRole("alert")).toHaveTextContent("2 hidden files or folders were skipped.");
    expect(panel.queryByRole("button", { name: /^Upload/ })).not.toBeInTheDocument();
    expect(panel.getByRole("button", { name: "Choose files" })).toBeVisible();
  });

  test("the chooser shows songs whose type the system does not know", async () => {
    aWorld();
    render(<App />);
    await screen.findByRole("button", { name: "Add files" });
    const input = screen.getByLabelText("Add files", { selector: "input" });

    await waitFor(() => expect(input).toHaveAttribute("accept", expect.stringContaining(".mkv")));
    const shown = input.getAttribute("accept")?.split(",");
    expect(shown).toEqual(expect.arrayContaining(["audio/*", ".opus", ".m4b", ".mkv"]));
    expect(shown).not.toContain(".heic");
  });

  test("a title is cut to what the service takes, counted in characters", async () => {
    aWorld();
    const { panel } = await choose(aSong(`${"🎵".repeat(300)}.mp3`));
    const title = panel.getByRole("textbox", { name: /^Title/ });
    expect(title).toHaveValue("🎵".repeat(200));

    fireEvent.change(title, { target: { value: "🎶".repeat(201) } });

    expect(title).toHaveValue("🎶".repeat(200));
    expect(title).toBeValid();
  });

  test("songs that are in the library already are told before they are sent, and left out by one key", async () => {
    const bare = { checksum: null, created_at: new Date(Date.now() + 60_000).toISOString() };
    const world = aWorld({ files: [aFile({ ...bare, filename: "blue.mp3", size_bytes: 1000 })] });
    const { user, panel } = await choose(aSong("blue.mp3"), aSong("other.mp3"));

    expect(await panel.findByText("1 of 2 is already in your library.")).toBeVisible();
    expect(panel.getByText("Already in your library")).toBeVisible();
    await user.click(panel.getByRole("button", { name: "Skip" }));

    expect(panel.queryByText(/in your library already/i)).not.toBeInTheDocument();
    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));
    await waitFor(() => expect(world.files.map((file) => file.filename)).toEqual(["other.mp3", "blue.mp3"]));
  });

  test("an empty file is a file", async () => {
    const world = aWorld();
    const { user, panel } = await choose(aSong("silence.mp3", 0));

    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));

    expect(await (await theSongs()).findByText("silence")).toBeVisible();
    expect(world.stored.get("upload-1")).toBe(0);
  });

  test("a menu beside the button has the other ways to add files", async () => {
    aWorld({ files: [aFile()] });
    const { matchMedia } = globalThis;
    vi.stubGlobal("matchMedia", (query: string) => Object.assign(matchMedia(query), { matches: query === "(pointer: coarse)" }));
    const user = userEvent.setup();
    render(<App />);

    await user.click(await screen.findByRole("button", { name: "Add from…" }));
    const menu = within(await screen.findByRole("menu", { name: "Add from…" }));
    expect(menu.getAllByRole("menuitem").map(({ textContent }) => textContent)).toEqual([
      "Choose files",
      "Take photo",
      "Record video",
      "Record audio",
    ]);
    await user.click(menu.getByRole("menuitem", { name: "Record audio" }));

    expect(screen.queryByRole("menu")).not.toBeInTheDocument();
    await user.upload(screen.getByLabelText("Record audio", { selector: "input" }), aSong("memo.mp3"));
    expect(await screen.findByRole("button", { name: "Upload 1 file" })).toBeVisible();
  });

  test("a panel without a file is a place to drop some", async () => {
    aWorld();
    const { panel } = await choose(aSong("._song.mp3"));
    const prompt = panel.getByText("Choose files or drop them here.");
    expect(panel.getByText("Audio, video, images and PDF · up to 10 MB each")).toBeVisible();

    fireEvent.dragOver(prompt);
    expect(prompt.parentElement).toHaveAttribute("data-over");
    fireEvent.dragLeave(prompt);
    expect(prompt.parentElement).not.toHaveAttribute("data-over");
    fireEvent.drop(prompt, { dataTransfer: { files: [aSong()], types: ["Files"], items: [] } });

    expect(await panel.findByRole("button", { name: "Upload 1 file" })).toBeVisible();
    expect(prompt).not.toBeInTheDocument();
  });

  test("cancel leaves nothing behind", async () => {
    const world = aWorld();
    const { user, panel } = await choose(aSong());

    await user.click(panel.getByRole("button", { name: "Cancel" }));

    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(world.started.size).toBe(0);
  });
});

/** The store refuses the next PUT. */
const refusing = () =>
  http.put(
    `${STORE}/:id`,
    () => HttpResponse.xml("<Error><Code>BadDigest</Code><Message>No match.</Message></Error>", { status: 400 }),
    { once: true },
  );

describe("when a PUT fails", () => {
  test("the reason is shown, and one button sends it again", async () => {
    const world = aWorld();
    server.use(refusing());
    const { user, panel } = await choose(aSong("tape.mp3"));
    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));
    const tray = await theTray();
    expect(await tray.findByText("The file was damaged on its way.")).toBeVisible();
    expect(tray.getByText(/Storage returned 400 BadDigest: No match\./)).toBeVisible();

    await user.click(tray.getByRole("button", { name: "Retry tape" }));

    expect(await (await theSongs()).findByText("tape")).toBeVisible();
    expect(world.started.size).toBe(1);
  });

  test("a new choice does not send the failed one again", async () => {
    const world = aWorld();
    server.use(refusing());
    const { user, panel } = await choose(aSong("tape.mp3"));
    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));
    await (await theTray()).findByText("The file was damaged on its way.");

    await user.upload(screen.getByLabelText("Add files", { selector: "input" }), aSong("other.mp3"));
    await user.click(await screen.findByRole("button", { name: "Upload 1 file" }));

    await (await theSongs()).findByText("other");
    expect(world.files.map((file) => file.title)).toEqual(["other"]);
    expect((await theTray()).getByRole("button", { name: "Retry tape" })).toBeVisible();
  });

  test("clear takes it away and lets the service drop it", async () => {
    const world = aWorld();
    server.use(refusing());
    const { user, panel } = await choose(aSong("tape.mp3"));
    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));
    const tray = await theTray();
    await tray.findByText("The file was damaged on its way.");

    await user.click(tray.getByRole("button", { name: "Clear" }));

    expect(screen.queryByRole("region", { name: "Uploads" })).not.toBeInTheDocument();
    await waitFor(() => expect(world.aborted).toEqual(["upload-1"]));
  });

  test("what the service will not have is told in its own words", async () => {
    aWorld();
    server.use(http.post(`${ORIGIN}/v1/uploads`, () => problem(413, "too_large", { detail: "The quota is used up." })));
    const { user, panel } = await choose(aSong("tape.mp3"));

    await user.click(panel.getByRole("button", { name: "Upload 1 file" }));

    expect(await (await theTray()).findByText("The quota is used up.")).toBeVisible();
  });
});

test("cancel stops a file under way and lets the service drop it", async () => {
  const world = aWorld();
  server.use(http.put(`${STORE}/:id`, () => new Promise<never>(() => undefined)));
  const { user, panel } = await choose(aSong("tape.mp3"));
  await user.click(panel.getByRole("button", { name: "Upload 1 file" }));
  const tray = await theTray();
  await tray.findByText(/0 bytes of 1 kB/);
  expect(tray.getByRole("progressbar", { name: "tape" })).toBeVisible();

  await user.click(tray.getByRole("button", { name: "Cancel tape" }));

  await waitFor(() => expect(world.aborted).toEqual(["upload-1"]));
  expect(screen.queryByRole("region", { name: "Uploads" })).not.toBeInTheDocument();
});
