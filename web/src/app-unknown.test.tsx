import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { App } from "./app";
import { isUnknown } from "./home/is-unknown";
import { aFile } from "./testing/builders";
import { aWorld } from "./testing/server";

test.each([
  ["/", false],
  ["/?mood=sad", false],
  ["/files/01M7-x?q=a", false],
  ["/history", false],
  ["/sign-in?next=%2Fnowhere", false],
  ["/nowhere", true],
  ["/files", true],
  ["/files/a/b", true],
  ["/history/", true],
])("an address that is no view is unknown: %s %s", (address, expected) => {
  expect(isUnknown(address)).toBe(expected);
});

test("an unknown address says so and leads back to the library", async () => {
  aWorld({ files: [aFile()] });
  history.replaceState(null, "", "/nowhere");
  const user = userEvent.setup();
  render(<App />);

  expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible();
  expect(document.title).toBe("Page not found · Moodrop");
  expect(screen.queryByRole("list", { name: "Files" })).not.toBeInTheDocument();
  await user.click(screen.getByRole("link", { name: "Back to your library" }));

  expect(await screen.findByRole("list", { name: "Files" })).toBeVisible();
  expect(location.pathname).toBe("/");
  expect(document.title).not.toContain("Page not found");
});

test.each([
  ["/share", "Share that once more"],
  ["/share?worker=off", "Sharing to Moodrop is off"],
])("where files were shared in vain, %s says why", async (address, title) => {
  aWorld();
  history.replaceState(null, "", address);
  render(<App />);

  expect(await screen.findByRole("heading", { name: title })).toBeVisible();
});

test("a file that does not exist says so and leads back", async () => {
  aWorld({ files: [aFile()] });
  history.replaceState(null, "", "/files/gone");
  const user = userEvent.setup();
  render(<App />);

  expect(await screen.findByRole("dialog", { name: "File not found" })).toBeVisible();
  const [, back] = await screen.findAllByRole("button", { name: "Back to your library" });
  if (back) await user.click(back);

  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(location.pathname).toBe("/");
});
