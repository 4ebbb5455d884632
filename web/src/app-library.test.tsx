import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { describe, expect, test } from "vitest";
import { App } from "./app";
import { aFile } from "./testing/builders";
import { aWorld, ORIGIN, problem, server, STORE } from "./testing/server";

const theSongs = async () => within(await screen.findByRole("list", { name: "Files" }));

const listed = async () => (await theSongs()).getAllByRole("listitem").map((row) => row.querySelector(".file-title a")?.textContent);

describe("the library", () => {
  const blue = aFile();
  const sun = aFile({ file_id: "file-2", title: "Here Comes the Sun", mood: "happy" });

  test("a mood filters the songs and carries its count", async () => {
    aWorld({ files: [sun, blue] });
    const user = userEvent.setup();
    render(<App />);
    await (await theSongs()).findByText("Here Comes the Sun");

    await user.click(await screen.findByRole("button", { name: "Sad, 1 file" }));

    await waitFor(() => expect(screen.queryByText("Here Comes the Sun")).not.toBeInTheDocument());
    expect((await theSongs()).getByText("Blue")).toBeVisible();
    expect((await theSongs()).queryByText("Sad")).not.toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "Sad songs" })).toBeVisible();
  });

  test("beside a mood's heading stands how many there are; what may be added is for screen readers alone", async () => {
    aWorld({ files: [sun, blue] });
    history.replaceState(null, "", "/?mood=sad");
    render(<App />);
    await theSongs();

    expect(await screen.findByText("1 file", { selector: ".library-count" })).toBeVisible();
    expect(screen.getByText("Audio, video, images and PDF · up to 10 MB each")).toHaveClass("visually-hidden");
  });

  test("an age is said once, and a missing artist is called unknown", async () => {
    const confirmed_at = new Date().toISOString();
    const added = ["one", "two", "three"].map((file_id) => aFile({ file_id, title: file_id, confirmed_at, artist: null }));
    const picture = aFile({ file_id: "four", title: "four", content_type: "image/png", artist: null, size_bytes: 2000 });
    aWorld({ files: [...added, picture] });
    render(<App />);

    const songs = await theSongs();
    expect(await songs.findAllByText("just now")).toHaveLength(1);
    expect(songs.getAllByText("Unknown artist")).toHaveLength(3);
    expect(songs.getByText("2 kB")).toBeVisible();
  });

  test("more songs come a page at a time, and each once", async () => {
    const files = Array.from({ length: 60 }, (_, index) => aFile({ file_id: `f${index}`, title: `Song ${index}` }));
    aWorld({ files });
    const user = userEvent.setup();
    render(<App />);
    expect((await theSongs()).getAllByRole("listitem")).toHaveLength(50);

    await user.click(screen.getByRole("button", { name: "Show more" }));

    await (await theSongs()).findByText("Song 59");
    expect((await theSongs()).getAllByRole("listitem")).toHaveLength(60);
    expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  });

  test("a deleted song goes at once, the focus to the next one, and undo brings it back where it was", async () => {
    const world = aWorld({ files: [sun, blue] });
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("button", { name: "Delete Here Comes the Sun" }));

    expect(screen.queryByRole("button", { name: "Play Here Comes the Sun" })).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Play Blue" })).toHaveFocus();
    expect(screen.getByRole("button", { name: "Happy, 0 files" })).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("Here Comes the Sun deleted. Press Ctrl+Z or ⌘Z to undo.");

    await user.click(await screen.findByRole("button", { name: "Undo" }));

    const titles = (await theSongs()).getAllByRole("listitem").map((row) => row.querySelector(".file-title a")?.textContent);
    expect(titles).toEqual(["Here Comes the Sun", "Blue"]);
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
    expect(world.files).toEqual([sun, blue]);
  });

  test("what nobody takes back leaves the service when the page goes", async () => {
    const world = aWorld({ files: [sun, blue] });
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("button", { name: "Delete Blue" }));
    expect(world.files).toHaveLength(2);

    globalThis.dispatchEvent(new Event("pagehide"));

    await waitFor(() => expect(world.files).toEqual([sun]));
  });

  test("a song that could not be deleted comes back, and the reason is said", async () => {
    aWorld({ files: [blue] });
    server.use(http.delete(`${ORIGIN}/v1/files/:id`, () => problem(503, "store_unavailable")));
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("button", { name: "Delete Blue" }));

    globalThis.dispatchEvent(new Event("pagehide"));

    expect(await screen.findByText("Couldn't delete Blue. It is store_unavailable.")).toBeVisible();
    expect(screen.getByText("Blue")).toBeVisible();
  });

  test("where nobody needs a token, the copied link is the one that never expires", async () => {
    aWorld({ files: [blue] });
    const user = userEvent.setup();
    render(<App />);

    await user.click(await screen.findByRole("button", { name: "More actions for Blue" }));
    await user.click(await screen.findByRole("menuitem", { name: "Copy link" }));

    expect(await screen.findByText("Link copied.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe(`${ORIGIN}/v1/files/file-1/download?redirect=1&disposition=inline`);
  });

  test("when it cannot be had, the reason, what to do, and one button", async () => {
    aWorld({ files: [blue] });
    server.use(http.get(`${ORIGIN}/v1/files`, () => problem(503, "store_unavailable"), { once: true }));
    const user = userEvent.setup();
    render(<App />);
    expect(await screen.findByText("It is store_unavailable.")).toBeVisible();
    expect(screen.getByText("Do this.")).toBeVisible();

    await user.click(screen.getByRole("button", { name: "Try again" }));

    expect(await screen.findByText("Blue")).toBeVisible();
  });
});

describe("finding", () => {
  const files = ["Alpha", "Alto", "Beta"].map((title, index) => aFile({ file_id: `f${index}`, title }));

  test("a word is asked for once it is typed, not letter by letter, and Escape brings all again", async () => {
    aWorld({ files });
    const asked: (string | null)[] = [];
    server.events.on("request:start", ({ request }) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/v1/files") asked.push(searchParams.get("q"));
    });
    const user = userEvent.setup();
    render(<App />);
    await theSongs();

    await user.type(screen.getByRole("searchbox", { name: "Search" }), "alt");

    await waitFor(async () => expect(await listed()).toEqual(["Alto"]));
    expect(asked.at(-1)).toBe("alt");
    expect(asked.length).toBeLessThan(5);
    expect(location.search).toBe("?q=alt");
    await user.keyboard("{Escape}");
    await waitFor(async () => expect(await listed()).toEqual(["Alpha", "Alto", "Beta"]));
    server.events.removeAllListeners();
  });

  test("what is not there is said, with the way back to all", async () => {
    history.replaceState(null, "", "/?q=zzz&mood=sad");
    aWorld({ files });
    const user = userEvent.setup();
    render(<App />);
    expect(await screen.findByRole("heading", { name: "No results for “zzz”." })).toBeVisible();

    await user.click(screen.getByRole("button", { name: "Show all files" }));

    expect(await listed()).toEqual(["Alpha", "Alto", "Beta"]);
    expect(location.search).toBe("");
  });
});

describe("choosing many", () => {
  const files = ["One", "Two", "Three"].map((title, index) => aFile({ file_id: `f${index}`, title, mood: "sad" }));

  test("with Shift all between are chosen, and one edit is made to each, unread", async () => {
    const world = aWorld({ files });
    server.use(http.get(`${ORIGIN}/v1/files/:id`, () => problem(500, "internal")));
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("checkbox", { name: "Select One" }));
    await user.keyboard("{Shift>}");
    await user.click(screen.getByRole("checkbox", { name: "Select Three" }));
    await user.keyboard("{/Shift}");

    await user.click(await screen.findByRole("button", { name: "Edit" }));
    await user.selectOptions(await screen.findByRole("combobox", { name: "Mood" }), "Happy");
    await user.click(screen.getByRole("button", { name: "Save" }));

    await waitFor(() => expect(world.files.map((file) => file.mood)).toEqual(["happy", "happy", "happy"]));
    expect(screen.queryByRole("toolbar")).not.toBeInTheDocument();
    expect(await screen.findByText("3 files updated.")).toBeVisible();
  });

  test("one that was changed elsewhere shows how it is now", async () => {
    const world = aWorld({ files });
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("checkbox", { name: "Select Two" }));
    world.files = world.files.with(1, aFile({ file_id: "f1", title: "Two", mood: "neutral", revision: 2 }));

    await user.click(await screen.findByRole("button", { name: "Edit" }));
    await user.selectOptions(await screen.findByRole("combobox", { name: "Mood" }), "Happy");
    await user.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByText(/^Two was changed somewhere else/)).toBeVisible();
    expect(world.files[1]?.mood).toBe("neutral");
    const row = (await theSongs()).getAllByRole("listitem")[1];
    expect(row).toHaveTextContent("Neutral");
  });

  test("what else was changed elsewhere stays", async () => {
    const world = aWorld({ files });
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("checkbox", { name: "Select Two" }));
    world.files = world.files.with(1, aFile({ file_id: "f1", title: "Two", mood: "sad", artist: "Theirs", revision: 2 }));

    await user.click(await screen.findByRole("button", { name: "Edit" }));
    await user.selectOptions(await screen.findByRole("combobox", { name: "Mood" }), "Happy");
    await user.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByText("1 file updated.")).toBeVisible();
    expect(world.files[1]).toMatchObject({ mood: "happy", artist: "Theirs", revision: 3 });
  });
});

describe("a file's page", () => {
  test("opens by its address, and saves only what was changed", async () => {
    history.replaceState(null, "", "/files/file-1");
    const world = aWorld({ files: [aFile()] });
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("button", { name: "Edit" }));
    const title = await screen.findByLabelText("Title");

    await user.clear(title);
    await user.type(title, "Bluer");
    await user.tab();

    expect(await screen.findByRole("heading", { name: "Bluer" })).toBeVisible();
    await waitFor(() => expect(world.files).toEqual([aFile({ title: "Bluer", revision: 2 })]));
  });

  test("that is not there says so", async () => {
    history.replaceState(null, "", "/files/nowhere");
    aWorld({ files: [aFile()] });
    render(<App />);

    expect(await screen.findByRole("heading", { name: "File not found" })).toBeVisible();
  });
});

describe("playing", () => {
  test("a song brings the player, with a fresh address in it", async () => {
    aWorld({ files: [aFile()] });
    const user = userEvent.setup();
    const { container } = render(<App />);

    await user.click(await screen.findByRole("button", { name: "Play Blue" }));

    expect(await screen.findByRole("region", { name: "Player" })).toHaveTextContent("Joni Mitchell");
    await waitFor(() => expect(container.querySelector("audio")).toHaveAttribute("src", `${STORE}/get/file-1?as=inline`));
  });

  test("a song that is deleted stops", async () => {
    aWorld({ files: [aFile()] });
    const user = userEvent.setup();
    render(<App />);
    await user.click(await screen.findByRole("button", { name: "Play Blue" }));

    await user.click(screen.getByRole("button", { name: "Delete Blue" }));

    await waitFor(() => expect(screen.queryByRole("region", { name: "Player" })).not.toBeInTheDocument());
  });
});
