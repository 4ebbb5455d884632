import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { App } from "./app";
import type { AuditedEvent, ManagedUser, UserEdit, UserQuota } from "./features/accounts/admin-page/api";
import { ADA, anAccountsWorld, auth, PASSWORD } from "./testing/accounts";
import { ORIGIN, problem, server } from "./testing/server";

const ROOT = { ...ADA, user_id: "root", email: "root@example.com", name: "Root", roles: ["admin"] };
const EVERYBODYS: UserQuota = { custom: false, max_bytes: 2e9, used_bytes: 5e8, max_files: 1000, used_files: 7, max_pending: 2000, used_pending: 0 };
const CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36";
const users = (path = "") => `${ORIGIN}/api/admin/users${path}`;

function aUser(given: Partial<ManagedUser> = {}): ManagedUser {
  return {
    user_id: "bob",
    kind: "user",
    email: "bob@example.com",
    name: "Bob",
    roles: [],
    state: "active",
    created_at: "2026-11-21T10:00:00Z",
    seen_at: null,
    quota: EVERYBODYS,
    ...given,
  };
}

function anEvent(given: Partial<AuditedEvent>): AuditedEvent {
  const at = "2026-11-21T10:00:00Z";
  return { event_id: given.event ?? "e", at, user_id: "bob", event: "signed_in", detail: null, actor_id: null, network: null, user_agent: null, ...given };
}

/** /admin as Root sees it; what was asked and sent is kept. */
function open({ people = [aUser()], events = new Array<AuditedEvent>(), address = "/admin", who = ROOT } = {}) {
  const world = anAccountsWorld(null);
  world.state.who = who;
  world.state.providers = { google: "Google" };
  const state = { people, sent: new Array<UserEdit>(), searches: new Array<string>() };
  const replace = (user_id: unknown, edit: (user: ManagedUser) => ManagedUser) => {
    state.people = state.people.map((user) => (user.user_id === user_id ? edit(user) : user));
    return HttpResponse.json({ user: state.people.find((user) => user.user_id === user_id) });
  };
  server.use(
    http.get(users(), ({ request }) => {
      const query = new URL(request.url).searchParams;
      const [q, from] = [query.get("q") ?? "", Number(query.get("cursor") ?? 0)];
      state.searches.push(q);
      const matching = state.people.filter(({ email, user_id }) => user_id === q || (email ?? "").startsWith(q));
      return HttpResponse.json({ users: matching.slice(from, from + 2), next_cursor: matching.length > from + 2 ? String(from + 2) : null });
    }),
    http.patch<{ id: string }, UserEdit>(users("/:id"), async ({ params, request }) => {
      const edit = await request.json();
      state.sent.push(edit);
      return replace(params.id, (user) => edited(user, edit));
    }),
    http.delete(users("/:id"), ({ params }) => replace(params["id"], (user) => ({ ...user, state: "leaving" }))),
    http.get(`${ORIGIN}/api/admin/audit`, ({ request }) => {
      const about = new URL(request.url).searchParams.get("user_id");
      return HttpResponse.json({ events: events.filter(({ user_id }) => !about || user_id === about), next_cursor: null });
    }),
  );
  history.replaceState(null, "", address);
  render(<App />);
  return state;
}

function edited(user: ManagedUser, { disabled, roles, quota }: UserEdit): ManagedUser {
  const limits = quota === null ? EVERYBODYS : { ...EVERYBODYS, ...user.quota, ...quota, custom: true };
  return {
    ...user,
    ...(disabled !== undefined && { state: disabled ? "disabled" : "active" }),
    ...(roles && { roles }),
    ...(quota !== undefined && { quota: limits }),
  };
}

async function press(name: string) {
  await userEvent.click(await screen.findByRole("button", { name }));
}

async function type(label: string, text: string) {
  const field = await screen.findByLabelText(label);
  await userEvent.clear(field);
  if (text) await userEvent.type(field, text);
}

const rows = () => screen.getAllByRole("listitem").map((row) => row.textContent);

describe("the list", () => {
  test("each user is shown with what matters about them", async () => {
    open({
      people: [
        aUser({ user_id: "root", email: "root@example.com", name: null, roles: ["admin"], quota: null }),
        aUser({ state: "disabled" }),
      ],
    });
    await screen.findByText("bob@example.com");

    expect(rows()).toEqual([
      expect.stringMatching(/^root@example\.comYou · Administrator/),
      expect.stringMatching(/^bob@example\.comBobDisabled · 500 MB of 2 GB used/),
    ]);
  });

  test("it grows when asked to, and each user comes once", async () => {
    open({ people: ["a", "b", "c"].map((name) => aUser({ user_id: name, email: `${name}@example.com` })) });
    await press("Show more");

    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(new Set(rows()).size).toBe(3);
    expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  });

  test("a search waits for the person to pause, and is kept in the address", async () => {
    const { searches } = open();
    await screen.findByText("bob@example.com");
    await userEvent.type(screen.getByRole("searchbox"), "zoe");

    expect(await screen.findByText("Nobody matches.")).toBeVisible();
    expect(searches).toEqual(["", "zoe"]);
    expect(location.search).toBe("?tab=users&about=zoe");
  });

  test("a service that does not answer is told of", async () => {
    open();
    server.use(http.get(users(), () => problem(503, "database_unavailable", { detail: "The database does not answer." })));

    expect(await screen.findByText("The database does not answer.")).toBeVisible();
  });

  test("nobody else sees it", async () => {
    open({ who: ADA });

    expect(await screen.findByText("Only administrators can see this page.")).toBeVisible();
    expect(screen.queryByRole("searchbox")).not.toBeInTheDocument();
  });
});

describe("one user", () => {
  test("is disabled and enabled; the list shows it at once", async () => {
    const { sent } = open();
    await press("Manage bob@example.com");
    await press("Disable");
    expect(await screen.findByText("The account is disabled.")).toBeVisible();
    expect(rows()).toEqual([expect.stringContaining("Disabled")]);
    await press("Enable");

    expect(await screen.findByRole("button", { name: "Disable" })).toBeVisible();
    expect(sent).toEqual([{ disabled: true }, { disabled: false }]);
  });

  test("becomes an administrator, and is one no longer", async () => {
    const { sent } = open();
    await press("Manage bob@example.com");
    await press("Make administrator");
    await press("Remove as administrator");

    expect(await screen.findByRole("button", { name: "Make administrator" })).toBeVisible();
    expect(sent).toEqual([{ roles: ["admin"] }, { roles: [] }]);
  });

  test("the last administrator stays one, and the page says why", async () => {
    open({ people: [aUser({ roles: ["admin"] })] });
    const refused = { detail: "This is the only administrator.", hint: "Make another user an administrator first." };
    server.use(http.patch(users("/bob"), () => problem(409, "last_administrator", refused)));
    await press("Manage bob@example.com");
    await press("Remove as administrator");

    expect(await screen.findByText("This is the only administrator. Make another user an administrator first.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Remove as administrator" })).toBeVisible();
  });

  test("a change asks who it is first, and is then made", async () => {
    const { sent } = open();
    let isRecent = false;
    server.use(
      http.patch<{ id: string }, UserEdit>(users("/bob"), async ({ request }) => {
        if (!isRecent) return problem(403, "reauthentication_needed");
        sent.push(await request.json());
        return HttpResponse.json({ user: aUser({ state: "disabled" }) });
      }),
      http.post(auth("reauthenticate"), () => {
        isRecent = true;
        return HttpResponse.json({ user: ROOT, providers: [], provider_labels: {} }, { status: 201 });
      }),
    );
    await press("Manage bob@example.com");
    await press("Disable");
    const question = within(await screen.findByRole("dialog", { name: "Confirm that it's you" }));
    await userEvent.type(question.getByLabelText("Password"), PASSWORD);
    await userEvent.click(question.getByRole("button", { name: "Confirm" }));

    expect(await screen.findByRole("button", { name: "Enable" })).toBeVisible();
    expect(sent).toEqual([{ disabled: true }]);
  });

  test("is deleted only after the address was typed, and cannot be changed from then on", async () => {
    const state = open();
    await press("Manage bob@example.com");
    await type("Type bob@example.com to confirm", "zoe@example.com");
    await press("Delete account");
    expect(screen.getByLabelText("Type bob@example.com to confirm")).toHaveAccessibleDescription("That is not this account.");
    expect(state.people).toMatchObject([{ state: "active" }]);
    await type("Type bob@example.com to confirm", "Bob@Example.com");
    await press("Delete account");

    expect(await screen.findByText("The account is being deleted.")).toBeVisible();
    for (const name of ["Delete account", "Disable", "Save limits"]) expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
    expect(rows()).toEqual([expect.stringContaining("Being deleted")]);
  });

  test("one's own account is changed elsewhere", async () => {
    open({ people: [aUser({ user_id: "root", email: "root@example.com" })] });
    await press("Manage root@example.com");

    expect(await screen.findByText(/This is your own account\./)).toBeVisible();
    for (const name of ["Disable", "Make administrator", "Delete account"]) expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  });

  test("a guest is known by the id alone, and cannot be an administrator", async () => {
    open({ people: [aUser({ user_id: "01GUEST", kind: "guest", email: null, name: null })], address: "/admin?about=01GUEST" });
    await press("Manage 01GUEST");

    expect(await screen.findByLabelText("Type 01GUEST to confirm")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Make administrator" })).not.toBeInTheDocument();
  });
});

describe("the limits of a user", () => {
  test("only what was changed is sent; an empty field is no limit", async () => {
    const { sent } = open();
    await press("Manage bob@example.com");
    expect(await screen.findByText("These are the limits for everybody.")).toBeVisible();
    await type("Gigabytes", "7,5");
    await type("Files", "");
    await type("Unfinished uploads", "5");
    await press("Save limits");

    expect(await screen.findByText("Set for this account.")).toBeVisible();
    await type("Files", "10");
    await press("Save limits");
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toEqual([{ quota: { max_bytes: 7.5e9, max_files: null, max_pending: 5 } }, { quota: { max_files: 10 } }]);
  });

  test.each([
    ["Gigabytes", "many", "Type a number, or nothing."],
    ["Gigabytes", "-1", "Type a number, or nothing."],
    ["Files", "2.5", "Type a whole number, or nothing."],
    ["Unfinished uploads", "2001", "At most 2,000."],
  ])("%s: %s is refused beside the field", async (label, text, message) => {
    const { sent } = open();
    await press("Manage bob@example.com");
    await type(label, text);
    await press("Save limits");

    expect(screen.getByLabelText(label)).toHaveAccessibleDescription(message);
    expect(screen.getByLabelText(label)).toHaveFocus();
    expect(sent).toEqual([]);
  });

  test("those for everybody come back", async () => {
    const { sent } = open({ people: [aUser({ quota: { ...EVERYBODYS, custom: true, max_bytes: null } })] });
    await press("Manage bob@example.com");
    expect(await screen.findByLabelText("Gigabytes")).toHaveValue("");
    await press("Use the limits for everybody");

    expect(await screen.findByText("These are the limits for everybody.")).toBeVisible();
    expect(screen.getByLabelText("Gigabytes")).toHaveValue("2");
    expect(sent).toEqual([{ quota: null }]);
  });

  test("without quotas there is nothing to set", async () => {
    open({ people: [aUser({ quota: null })] });
    await press("Manage bob@example.com");

    expect(await screen.findByRole("button", { name: "Disable" })).toBeVisible();
    expect(screen.queryByRole("heading", { name: "Storage limits" })).not.toBeInTheDocument();
  });
});

describe("the events", () => {
  const EVENTS = [
    anEvent({ event: "disabled_by_admin", actor_id: "root" }),
    anEvent({ event: "signed_in", detail: "google", user_agent: CHROME, network: "127.0.0.0/24" }),
    anEvent({ event: "reauthenticated", detail: "code", user_id: "zoe" }),
    anEvent({ event: "a_newer_one", user_id: "zoe" }),
  ];

  test("are told in words: what, how, by whom and from where", async () => {
    open({ events: EVENTS, address: "/admin?tab=audit" });
    await screen.findByText("Account disabled by an administrator");

    expect(rows()).toEqual([
      expect.stringMatching(/^Account disabled by an administrator.*by you/),
      expect.stringMatching(/^Signed in · Google.*Chrome · Linux.*127\.0\.0\.0\/24/),
      expect.stringMatching(/^Confirmed that it's you · with a mailed code/),
      expect.stringMatching(/^a_newer_one/),
    ]);
  });

  test("of one account lead to it and back to all", async () => {
    open({ events: EVENTS });
    await press("Manage bob@example.com");
    await press("Events of this account");
    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(location.search).toBe("?tab=audit&about=bob");
    await press("Show all accounts");
    await waitFor(() => expect(rows()).toHaveLength(4));
    const [first] = screen.getAllByRole("button", { name: "Show the account bob" });
    if (first) await userEvent.click(first);

    expect(await screen.findByRole("button", { name: "Manage bob@example.com" })).toBeVisible();
  });

  test("if there are none, the page says so", async () => {
    open({ address: "/admin?tab=audit" });

    expect(await screen.findByText("Nothing has happened yet.")).toBeVisible();
  });
});
