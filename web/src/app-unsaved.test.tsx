import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { App } from "./app";
import { aFile, aSong } from "./testing/builders";
import { http } from "msw";
import { aWorld, ORIGIN, problem, server } from "./testing/server";

/** Whether the browser would ask before the page is left. */
function asksBeforeLeaving(): boolean {
  return !globalThis.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

/** Open a song's page over the list. */
async function openSong() {
  const world = aWorld({ files: [aFile({ owner: "local" })] });
  const user = userEvent.setup();
  render(<App />);
  await user.click(await screen.findByRole("link", { name: "Blue" }));
  const sheet = within(await screen.findByRole("dialog", { name: "Blue" }));
  await user.click(await sheet.findByRole("button", { name: "Edit" }));
  return { world, user, sheet, title: await sheet.findByRole("textbox", { name: "Title" }) };
}

/** Leave the page with a title that the service does not take, and open it again. */
async function comeBack() {
  const { world, user, sheet, title } = await openSong();
  server.use(http.patch(`${ORIGIN}/v1/files/:id`, () => problem(500, "internal"), { once: true }));
  await user.type(title, "!");
  fireEvent(screen.getByRole("dialog", { name: "Blue" }), new Event("cancel", { cancelable: true }));
  expect(await screen.findByText(/^Couldn't update Blue\..* Your changes are kept\./)).toBeInTheDocument();
  expect(sheet.queryByRole("textbox")).not.toBeInTheDocument();
  expect(asksBeforeLeaving()).toBe(true);

  await user.click(await screen.findByRole("link", { name: "Blue" }));
  const again = within(await screen.findByRole("dialog", { name: "Blue" }));
  expect(await again.findByRole("textbox", { name: "Title" })).toHaveValue("Blue!");
  expect(again.getByText("These changes aren't saved yet.")).toBeVisible();
  return { world, user, again };
}

/** Choose two files and edit the title of one. */
async function choose() {
  const world = aWorld();
  const user = userEvent.setup();
  render(<App />);
  await screen.findByRole("button", { name: "Add files" });
  await user.upload(screen.getByLabelText("Add files", { selector: "input" }), [aSong("one.mp3"), aSong("two.mp3")]);
  const panel = within(await screen.findByRole("dialog", { name: "Add files" }));
  await user.click(panel.getByRole("button", { name: /^one/ }));
  await user.type(panel.getByRole("textbox", { name: "Title of one.mp3" }), "!");
  return { world, user, panel };
}

const theirLine = async () => within(await screen.findByRole("region", { name: "Add files" }));

describe("a song's page that is left while a field is being changed", () => {
  test.each(["Escape", "the close button", "back", "play"])("saves it on %s", async (way) => {
    const { world, user, sheet, title } = await openSong();
    await user.type(title, "!");
    expect(asksBeforeLeaving()).toBe(true);

    // The browser's own Escape, which jsdom lacks.
    if (way === "Escape") fireEvent(screen.getByRole("dialog", { name: "Blue" }), new Event("cancel", { cancelable: true }));
    else if (way === "the close button") await user.click(sheet.getByRole("button", { name: "Back to your library" }));
    else if (way === "play") await user.click(sheet.getByRole("button", { name: "Play" }));
    else history.back();

    await waitFor(() => expect(world.files[0]?.title).toBe("Blue!"));
    expect(asksBeforeLeaving()).toBe(false);
  });

  test("keeps what is typed when the song changes by another of its buttons", async () => {
    const { world, user, sheet, title } = await openSong();
    await user.type(title, "!");

    await user.click(sheet.getByRole("button", { name: "Share" }));
    await waitFor(() => expect(world.files[0]?.title).toBe("Blue!"));
    await user.click(sheet.getByRole("button", { name: "Make public" }));
    await waitFor(() => expect(world.files[0]?.visibility).toBe("public"));

    expect(await sheet.findByLabelText(/^Link for everyone on this server/)).toBeVisible();
    expect(screen.getByRole("dialog", { name: "Blue!" })).toBeVisible();
  });

  test("one that can't be saved stays as it was typed, to try again", async () => {
    const { world, user, title } = await openSong();
    server.use(http.patch(`${ORIGIN}/v1/files/:id`, () => problem(500, "internal"), { once: true }));
    await user.type(title, "!");
    await user.tab();
    expect(await screen.findByText(/^Couldn't update Blue/)).toBeInTheDocument();
    expect(title).toHaveValue("Blue!");

    await user.type(title, "!");
    await user.tab();

    await waitFor(() => expect(world.files[0]?.title).toBe("Blue!!"));
  });

  test("that can't be saved any more is offered again with the song", async () => {
    const { world, user, again } = await comeBack();

    await user.click(again.getByRole("button", { name: "Save" }));

    await waitFor(() => expect(world.files[0]?.title).toBe("Blue!"));
    await waitFor(() => expect(asksBeforeLeaving()).toBe(false));
    expect(again.queryByText("These changes aren't saved yet.")).not.toBeInTheDocument();
  });

  test("that can't be saved any more can be discarded", async () => {
    const { world, user, again } = await comeBack();

    await user.click(again.getByRole("button", { name: "Discard" }));

    expect(again.getByRole("textbox", { name: "Title" })).toHaveValue("Blue");
    expect(asksBeforeLeaving()).toBe(false);
    expect(world.files[0]?.title).toBe("Blue");
  });
});

test("the form for many asks too", async () => {
  aWorld({ files: [aFile({ owner: "local" })] });
  const user = userEvent.setup();
  render(<App />);
  await user.click(await screen.findByRole("checkbox", { name: "Select Blue" }));
  await user.click(await screen.findByRole("button", { name: "Edit" }));
  const form = within(await screen.findByRole("dialog", { name: "Edit 1 file" }));
  await user.type(form.getByRole("textbox", { name: /Add tags/ }), "party");

  await user.click(form.getByRole("button", { name: "Cancel" }));
  await user.click(form.getByRole("button", { name: "Keep editing" }));
  expect(form.getByRole("textbox", { name: /Add tags/ })).toHaveValue("party");

  await user.keyboard("{Escape}");
  await user.click(form.getByRole("button", { name: "Discard" }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

describe("songs that were chosen", () => {
  test("are still there after the panel was closed, as they were put right", async () => {
    const { world, user, panel } = await choose();

    await user.click(panel.getByRole("button", { name: "Close" }));
    const line = await theirLine();
    expect(line.getByText("2 files not uploaded yet")).toBeVisible();
    expect(asksBeforeLeaving()).toBe(true);
    await user.click(line.getByRole("button", { name: "Continue" }));

    const again = within(await screen.findByRole("dialog", { name: "Add files" }));
    expect(again.getByRole("button", { name: /^one!/ })).toBeVisible();
    await user.click(again.getByRole("button", { name: "Upload 2 files" }));
    await waitFor(() => expect(world.files.map((file) => file.title)).toContain("one!"));
    expect(screen.queryByText(/not uploaded yet/)).not.toBeInTheDocument();
  });

  test("come back after they were discarded", async () => {
    const { user, panel } = await choose();

    await user.click(panel.getByRole("button", { name: "Cancel" }));
    const line = await theirLine();
    expect(line.getByText("2 files discarded.")).toBeVisible();
    expect(asksBeforeLeaving()).toBe(false);
    await user.click(line.getByRole("button", { name: "Undo" }));

    expect(await screen.findByRole("button", { name: /^one!/ })).toBeVisible();
  });

  test("do not come back with those that are chosen after they were discarded", async () => {
    const { user, panel } = await choose();
    await user.click(panel.getByRole("button", { name: "Cancel" }));

    await user.upload(screen.getByLabelText("Add files", { selector: "input" }), aSong("three.mp3"));

    expect(await screen.findByRole("button", { name: "Upload 1 file" })).toBeVisible();
  });
});
