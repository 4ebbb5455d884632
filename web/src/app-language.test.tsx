import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { App } from "./app";
import { chooseLanguage, LANGUAGES, startLanguage, words, type Language } from "./lib/words";
import { aFile, aSong } from "./testing/builders";
import { aWorld, ORIGIN, problem, server, STORE } from "./testing/server";

afterEach(async () => {
  await chooseLanguage("en");
  localStorage.clear();
});

async function choose(language: Language) {
  await userEvent.click(screen.getByRole("button", { name: words.app.settings }));
  await userEvent.click(await screen.findByRole("menuitemradio", { name: LANGUAGES[language] }));
}

test("another language is one choice away, without a reload, and the upload goes on", async () => {
  aWorld({ files: [aFile({ title: "Low Tide" })] });
  let sent = 0;
  server.use(http.put(`${STORE}/:id`, () => ((sent += 1), new Promise<never>(() => undefined))));
  const user = userEvent.setup();
  render(<App />);
  await user.upload(await screen.findByLabelText("Add files", { selector: "input" }), aSong("tape.mp3"));
  await user.click(await screen.findByRole("button", { name: "Upload 1 file" }));
  await waitFor(() => expect(sent).toBe(1));

  await choose("de");

  expect(await screen.findByRole("button", { name: "Low Tide abspielen" })).toBeVisible();
  expect(within(screen.getByRole("region", { name: "Uploads" })).getByRole("button", { name: "tape abbrechen" })).toBeVisible();
  expect(sent).toBe(1);
  expect(document.documentElement).toHaveAttribute("lang", "de");
});

test("Arabic runs from right to left, English back again", async () => {
  aWorld({ files: [aFile()] });
  render(<App />);
  await screen.findByRole("heading", { name: "Your library" });

  await choose("ar");
  expect(await screen.findByRole("heading", { name: "مكتبتك" })).toBeVisible();
  expect(document.documentElement).toHaveAttribute("dir", "rtl");

  await choose("en");
  expect(await screen.findByRole("heading", { name: "Your library" })).toBeVisible();
  expect(document.documentElement).toHaveAttribute("dir", "ltr");
});

test("the browser's language is the first one, what was chosen here goes before it", async () => {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(["nl", "fr-CA", "en"]);
  await startLanguage();
  expect(document.documentElement).toHaveAttribute("lang", "fr");

  await chooseLanguage("es");
  await startLanguage();

  expect(document.documentElement).toHaveAttribute("lang", "es");
});

test("a browser that keeps nothing still changes the language", async () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("no", "SecurityError");
  });

  await chooseLanguage("de");

  expect(document.documentElement).toHaveAttribute("lang", "de");
});

test("what the service refuses is said in the chosen language", async () => {
  aWorld();
  server.use(http.get(`${ORIGIN}/v1/session`, () => problem(503, "database_unavailable", { detail: "The database does not answer" })));
  render(<App />);
  expect(await screen.findByText("The database does not answer")).toBeVisible();

  await choose("de");

  expect(await screen.findByText("Die Datenbank antwortet nicht.")).toBeVisible();
});

test("what is chosen in another tab is followed here", async () => {
  aWorld({ files: [aFile()] });
  await startLanguage();
  render(<App />);
  await screen.findByRole("heading", { name: "Your library" });

  localStorage.setItem("moodrop.language", "de");
  globalThis.dispatchEvent(new StorageEvent("storage", { key: "moodrop.language" }));

  expect(await screen.findByRole("heading", { name: "Bibliothek" })).toBeVisible();
});
