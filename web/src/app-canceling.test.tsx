import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { expect, test } from "vitest";
import { App } from "./app";
import { aSong } from "./testing/builders";
import { aWorld, server, STORE } from "./testing/server";

/** Two uploads whose bytes never end, canceled together. */
async function cancelTwo() {
  const world = aWorld();
  let sent = 0;
  server.use(http.put(`${STORE}/:id`, () => ((sent += 1), new Promise<never>(() => undefined))));
  const user = userEvent.setup();
  render(<App />);
  await user.upload(await screen.findByLabelText("Add files", { selector: "input" }), [aSong("tape.mp3"), aSong("reel.mp3")]);
  await user.click(await screen.findByRole("button", { name: "Upload 2 files" }));
  await waitFor(() => expect(sent).toBe(1));
  await user.click(screen.getByRole("button", { name: "Cancel all" }));
  expect(await screen.findByText("2 uploads canceled.", { selector: "p" })).toBeVisible();
  expect(screen.queryByRole("progressbar", { name: "tape" })).toBeNull();
  return { user, world };
}

test("what is canceled can be brought back for a while", async () => {
  const { user, world } = await cancelTwo();

  await user.click(screen.getByRole("button", { name: "Undo" }));

  expect(await screen.findByRole("progressbar", { name: "tape" })).toBeVisible();
  expect(screen.getByRole("heading", { name: "Uploading 2 files" })).toBeVisible();
  expect(world.aborted).toEqual([]);
});

test("then the uploads are removed", async () => {
  const { world } = await cancelTwo();

  await waitFor(() => expect(world.aborted).toContain("upload-1"));

  expect(screen.queryByText("2 uploads canceled.", { selector: "p" })).toBeNull();
  expect(screen.queryByRole("region", { name: "Uploads" })).toBeNull();
});
