import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { App } from "./app";
import { browserOf } from "./features/accounts/account-page/browser-name";
import { ADA, anAccountsWorld, auth, EMAIL, PASSWORD } from "./testing/accounts";
import { problem, server } from "./testing/server";

const KEY = {
  key_id: "k123456789",
  name: "backup",
  hint: "mdk_k123",
  scopes: ["files:read"],
  created_at: "2026-11-21T10:00:00Z",
  last_used_at: null,
  expires_at: "2027-02-19T10:00:00Z",
};
const HERE = {
  session_id: "s1",
  kind: "browser",
  how: "password",
  current: true,
  user_agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
  network: "127.0.0.0/24",
  created_at: "2026-11-21T10:00:00Z",
  seen_at: null,
  expires_at: "2026-12-21T10:00:00Z",
};
const EVENT = { at: "2026-11-21T10:00:00Z", event: "signed_in", detail: "password", network: "127.0.0.0/24", user_agent: HERE.user_agent };
const anEvent = (event: string, detail: string) => ({ ...EVENT, event, detail });
const THERE = { ...HERE, session_id: "s2", current: false, user_agent: "Mozilla/5.0 (iPhone) Safari/604.1" };

/** A tab of Ada's account, and what was sent to change it. */
function open(tab: string) {
  const world = anAccountsWorld(ADA);
  const state = { sessions: [HERE, THERE], keys: [KEY], events: [EVENT], sent: new Array<unknown>() };
  const keep = async ({ request }: { request: Request }) => {
    state.sent.push(await request.json());
    return new HttpResponse(null, { status: 204 });
  };
  server.use(
    http.get(auth("sessions"), () => HttpResponse.json({ sessions: state.sessions })),
    http.delete(auth("sessions/:id"), ({ params }) => {
      state.sessions = state.sessions.filter(({ session_id }) => session_id !== params["id"]);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get(auth("account/audit"), () => HttpResponse.json({ events: state.events })),
    http.get(auth("api-keys"), () => HttpResponse.json({ api_keys: state.keys })),
    http.post(auth("api-keys"), async ({ request }) => {
      state.sent.push(await request.json());
      return HttpResponse.json({ ...KEY, key: "mdk_secret" }, { status: 201 });
    }),
    http.delete(auth("api-keys/:id"), () => {
      state.keys = [];
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(auth("password"), keep),
    http.post(auth("account/leave"), keep),
    http.post(auth("device/approve"), keep),
  );
  history.replaceState(null, "", `/account?tab=${tab}`);
  render(<App />);
  return { ...world, account: state };
}

test("the arrows go through the tabs, and the address keeps the one that is open", async () => {
  open("profile");
  (await screen.findByRole("tab", { name: "Profile" })).focus();
  await userEvent.keyboard("{ArrowRight}");

  expect(screen.getByRole("tab", { name: "Sign-in", selected: true })).toHaveFocus();
  expect(location.search).toBe("?tab=security");
  await userEvent.keyboard("{End}");
  expect(screen.getByRole("tab", { name: "Delete", selected: true })).toHaveFocus();
});

test("a key is shown once, with a button that copies it", async () => {
  const { account } = open("devices");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("What is it for?"), "backup");
  await user.click(screen.getByRole("checkbox", { name: "edit and delete files" }));
  await user.click(screen.getByRole("button", { name: "Create key" }));

  expect(await screen.findByLabelText("Your new key")).toHaveValue("mdk_secret");
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await navigator.clipboard.readText()).toBe("mdk_secret");
  await user.click(screen.getByRole("button", { name: "I've saved it" }));
  expect(screen.queryByDisplayValue("mdk_secret")).not.toBeInTheDocument();
  expect(account.sent).toEqual([{ name: "backup", expires_in: 90 * 86_400, scopes: ["uploads:write", "files:read"] }]);
});

test("a key is revoked, and leaves the list", async () => {
  open("devices");
  await userEvent.click(await screen.findByRole("button", { name: "Revoke backup" }));

  expect(await screen.findByText("No keys yet.")).toBeVisible();
});

test("another device is signed out; one's own has no such button", async () => {
  open("devices");
  await userEvent.click(await screen.findByRole("button", { name: "Sign out Safari · iPhone" }));

  await waitFor(() => expect(screen.queryByText("Safari · iPhone")).not.toBeInTheDocument());
  expect(screen.getByText("This device")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Sign out/ })).not.toBeInTheDocument();
});

test("a sensitive change asks who it is first, and is then made", async () => {
  const { account } = open("security");
  let isRecent = false;
  server.use(
    http.post(auth("password"), async ({ request }) => {
      if (!isRecent) return problem(403, "reauthentication_needed");
      account.sent.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(auth("reauthenticate"), async ({ request }) => {
      account.sent.push(await request.json());
      isRecent = true;
      return HttpResponse.json({ user: ADA, providers: [] }, { status: 201 });
    }),
  );
  await userEvent.type(await screen.findByLabelText("New password"), "a new and better one");
  await userEvent.click(screen.getByRole("button", { name: "Set password" }));
  const question = within(await screen.findByRole("dialog", { name: "Confirm that it's you" }));
  await userEvent.type(question.getByLabelText("Password"), PASSWORD);
  await userEvent.click(question.getByRole("button", { name: "Confirm" }));

  await waitFor(() => expect(account.sent).toEqual([{ password: PASSWORD }, { password: "a new and better one" }]));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("a provider that is linked can be unlinked, and another one linked", async () => {
  const { account, state } = open("security");
  state.providers = { google: "Google", oidc: "Our company" };
  const linked = [{ provider: "google", email: EMAIL }];
  server.use(
    http.get(auth("identities"), () => HttpResponse.json({ identities: linked })),
    http.delete(auth("identities/google"), () => {
      linked.pop();
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(auth("identities"), async ({ request }) => {
      account.sent.push(await request.json());
      return problem(503, "identity_unavailable");
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Unlink Google" }));
  expect(await screen.findByRole("button", { name: "Link Google" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Link Our company" }));

  await waitFor(() => expect(account.sent).toEqual([{ provider: "oidc", next: "/account?tab=security" }]));
  expect(await screen.findByText("The provider doesn't answer.")).toBeVisible();
});

test("a provider that could not be linked is told of where that was asked for", async () => {
  const { state } = open("security#problem=identity_taken");
  state.providers = { oidc: "Our company" };
  server.use(http.get(auth("identities"), () => HttpResponse.json({ identities: [] })));

  expect(await screen.findByRole("alert")).toHaveTextContent("Another account is linked to it.");
});

test("what happened lately is told in words, the newest first, and all of it when asked for", async () => {
  const { account } = open("security");
  const events = ["key_made", "a_newer_one", "identity_linked", ...Array.from({ length: 7 }, () => "signed_in")];
  const details: Readonly<Record<string, string>> = { key_made: "backup", signed_in: "code", identity_linked: "google" };
  account.events = events.map((event) => anEvent(event, details[event] ?? ""));
  const list = within(await screen.findByRole("tabpanel"));

  await waitFor(() => expect(list.getAllByRole("listitem")).toHaveLength(8));
  expect(list.getAllByRole("listitem").slice(0, 4).map((row) => row.querySelector("p")?.textContent)).toEqual([
    "API key created · backup",
    "Something was changed",
    "Provider linked · google",
    "Signed in · with a mailed code",
  ]);
  expect(list.getAllByText("Chrome · Linux").length).toBe(8);
  await userEvent.click(list.getByRole("button", { name: "Show all" }));
  expect(list.getAllByRole("listitem")).toHaveLength(10);
});

test("who closes that question has changed nothing", async () => {
  open("security");
  server.use(http.post(auth("password"), () => problem(403, "reauthentication_needed")));
  await userEvent.type(await screen.findByLabelText("New password"), "a new and better one");
  await userEvent.click(screen.getByRole("button", { name: "Set password" }));
  const question = within(await screen.findByRole("dialog", { name: "Confirm that it's you" }));
  await userEvent.click(question.getByRole("button", { name: "Close" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("Confirm that it's you first.");
});

test("the account is deleted only after its address was typed", async () => {
  const { account } = open("delete");
  const field = await screen.findByLabelText(`Type ${EMAIL} to confirm`);
  await userEvent.type(field, "bob@example.com");
  await userEvent.click(screen.getByRole("button", { name: "Delete my account" }));
  expect(field).toHaveAccessibleDescription("That is not the address of this account.");
  expect(account.sent).toEqual([]);
  await userEvent.clear(field);
  await userEvent.type(field, EMAIL);
  await userEvent.click(screen.getByRole("button", { name: "Delete my account" }));

  await waitFor(() => expect(account.sent).toEqual([{ email: EMAIL }]));
});

test("a terminal is allowed by a button, never by its address", async () => {
  const { account } = open("profile");
  await screen.findByRole("tab", { name: "Profile" });
  const waiting = { user_code: "BCDF-GHJK", name: "moodrop on lovelace", network: "127.0.0.0/24", scopes: ["files:read"] };
  server.use(http.get(auth("device/BCDF-GHJK"), () => HttpResponse.json(waiting)));
  history.replaceState(null, "", "/link#BCDF-GHJK");
  globalThis.dispatchEvent(new PopStateEvent("popstate"));
  expect(await screen.findByRole("heading", { name: "Did you start this just now?" })).toBeVisible();
  expect(screen.getByText("moodrop on lovelace")).toBeVisible();
  expect(account.sent).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Allow" }));

  expect(await screen.findByText("Allowed. Go back to your terminal.")).toBeVisible();
  expect(account.sent).toEqual([{ user_code: "BCDF-GHJK", allow: true }]);
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"],
  ["Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"],
  ["something else", null],
])("%s is %s", (userAgent, name) => {
  expect(browserOf(userAgent)).toBe(name);
});
