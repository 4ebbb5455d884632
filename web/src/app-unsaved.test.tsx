import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { App } from "./app";
import { aFile, aSong } from "./testing/builders";
import { aWorld } from "./testing/server";

const QUESTION = "Discard your changes?";

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
  return { world, user, sheet, title: await sheet.findByRole("textbox", { name: "Title" }) };
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

describe("a song's page with changes that are not saved", () => {
  test.each(["Escape", "a click beside", "the close button", "back", "play"])("asks on %s, and keeps them", async (way) => {
    const { user, sheet, title } = await openSong();
    await user.type(title, "!");
    expect(asksBeforeLeaving()).toBe(true);

    if (way === "Escape") await user.keyboard("{Escape}");
    else if (way === "a click beside") await user.click(screen.getByRole("dialog", { name: "Blue" }));
    else if (way === "the close button") await user.click(sheet.getByRole("button", { name: "Back to your library" }));
    else if (way === "play") await user.click(sheet.getByRole("button", { name: "Play" }));
    else history.back();

    const question = within(await sheet.findByRole("alertdialog", { name: QUESTION }));
    await user.click(question.getByRole("button", { name: "Keep editing" }));
    expect(sheet.queryByText(QUESTION)).not.toBeInTheDocument();
    expect(title).toHaveValue("Blue!");
    expect(location.pathname).toBe(`/files/${aFile().file_id}`);
  });

  test("closes when they are discarded, and goes where the person was going", async () => {
    const { user, sheet, title } = await openSong();
    await user.type(title, "!");
    history.back();

    await user.click(await sheet.findByRole("button", { name: "Discard" }));

    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(location.pathname).toBe("/");
    expect(asksBeforeLeaving()).toBe(false);
  });

  test("Escape on the question goes back to them", async () => {
    const { user, sheet, title } = await openSong();
    await user.type(title, "!");
    await user.keyboard("{Escape}");
    await sheet.findByText(QUESTION);

    await user.keyboard("{Escape}");

    expect(sheet.queryByText(QUESTION)).not.toBeInTheDocument();
    expect(title).toHaveFocus();
  });

  test("keeps them when the song changes by another of its buttons", async () => {
    const { world, user, sheet, title } = await openSong();
    await user.type(title, "!");

    await user.click(sheet.getByRole("button", { name: "Make public" }));
    await waitFor(() => expect(world.files[0]?.visibility).toBe("public"));

    expect(await sheet.findByLabelText(/^Link for everyone on this server/)).toBeVisible();
    expect(sheet.getByRole("textbox", { name: "Title" })).toHaveValue("Blue!");
    await user.click(sheet.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(world.files[0]?.title).toBe("Blue!"));
    await waitFor(() => expect(asksBeforeLeaving()).toBe(false));
    await user.keyboard("{Escape}");
    expect(screen.queryByText(QUESTION)).not.toBeInTheDocument();
  });

  test("nothing is asked where nothing was changed", async () => {
    const { user, title } = await openSong();
    await user.type(title, "!{Backspace}");

    await user.click(screen.getByRole("button", { name: "Back to your library" }));

    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
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
