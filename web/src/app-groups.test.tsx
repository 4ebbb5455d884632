import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { App } from "./app";
import { aFile } from "./testing/builders";
import { aWorld, ORIGIN, server } from "./testing/server";

const cold = { name: "Cold", artist: "Abe", files: 2, example: aFile() };
const alder = { name: "Alder", artist: "Abe", files: 1, example: aFile({ file_id: "file-2" }) };

/** Albums: "Cold" is happy, "Alder" is not. Returns what was asked. */
function albums(): string[] {
  const asked: string[] = [];
  server.use(
    http.get(`${ORIGIN}/v1/albums`, ({ request }) => {
      const { searchParams } = new URL(request.url);
      searchParams.delete("limit");
      asked.push(searchParams.toString());
      const groups = searchParams.get("q") ? [] : searchParams.get("mood") ? [cold] : [alder, cold];
      return HttpResponse.json({ groups, next_cursor: null });
    }),
  );
  return asked;
}

const shown = async () => within(await screen.findByRole("list", { name: "Albums" })).getAllByRole("link").map((link) => link.textContent);

test("albums are those of the mood and of the search, and stay albums", async () => {
  history.replaceState(null, "", "/?view=albums");
  aWorld({ files: [aFile({ mood: "happy" })] });
  const asked = albums();
  const user = userEvent.setup();
  render(<App />);
  await waitFor(async () => expect(await shown()).toEqual(["AlderAbe1 file", "ColdAbe2 files"]));

  await user.click(screen.getByRole("button", { name: /^Happy/ }));
  await waitFor(async () => expect(await shown()).toEqual(["ColdAbe2 files"]));
  expect(location.search).toBe("?mood=happy&view=albums");
  expect(screen.getByRole("link", { name: /Cold/ })).toHaveAttribute("href", "/?mood=happy&album=Cold&sort=album");
  expect(screen.getByRole("link", { name: "Artists" })).toHaveAttribute("href", "/?mood=happy&view=artists");

  await user.type(screen.getByRole("searchbox"), "x");
  expect(await screen.findByText("No results for “x”.")).toBeVisible();
  expect(asked).toEqual(["", "mood=happy", "mood=happy&q=x"]);
});

test("a mood without albums says so", async () => {
  history.replaceState(null, "", "/?view=albums&mood=sad");
  aWorld({ files: [aFile()] });
  server.use(http.get(`${ORIGIN}/v1/albums`, () => HttpResponse.json({ groups: [], next_cursor: null })));
  render(<App />);

  expect(await screen.findByText("No sad songs yet.")).toBeVisible();
});
