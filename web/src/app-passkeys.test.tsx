import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, describe, expect, test, vi } from "vitest";
import { App } from "./app";
import { localhostAddress } from "./features/accounts/passkeys/authenticator";
import { ADA, anAccountsWorld, auth } from "./testing/accounts";
import { aDevice, RAW_ID } from "./testing/authenticator";
import { problem, server } from "./testing/server";

afterEach(() => void vi.unstubAllGlobals());

/** The bytes 0xfb and 0xff, which base64 writes with + and /. */
const CHALLENGE = "-_8";
const CHALLENGE_BYTES = Uint8Array.of(251, 255);
const CREATED = { id: RAW_ID.text, rawId: RAW_ID.text, type: "public-key" };
const USED = { ...CREATED, response: { clientDataJSON: "AQ", authenticatorData: "Aw", signature: "BA", userHandle: "BQ" } };
const LAPTOP = { passkey_id: "p1", name: "laptop", created_at: "2026-11-21T10:00:00Z", last_used_at: null };

async function press(name: string) {
  await userEvent.click(await screen.findByRole("button", { name }));
}

/** The form of a service with passkeys, and what was sent to sign in. */
function openSignIn({ passkeys = true } = {}) {
  const world = anAccountsWorld(null, { passkeys });
  const sent = new Array<unknown>();
  server.use(
    http.post(auth("passkey/options"), () =>
      HttpResponse.json({ options: { challenge: CHALLENGE, rpId: "localhost", allowCredentials: [], userVerification: "required" } }),
    ),
    http.post(auth("passkey/login"), async ({ request }) => {
      sent.push(await request.json());
      return world.signIn(ADA);
    }),
  );
  history.replaceState(null, "", "/sign-in");
  render(<App />);
  return sent;
}

/** The sign-in tab of Ada's account, its passkeys, and what was sent to add one. */
function openAccount(...passkeys: (typeof LAPTOP)[]) {
  const world = anAccountsWorld(ADA, { passkeys: true });
  const state = { passkeys, sent: new Array<unknown>() };
  const known = () => state.passkeys.map(({ passkey_id }) => ({ id: passkey_id, type: "public-key" }));
  server.use(
    http.get(auth("account/audit"), () => HttpResponse.json({ events: [] })),
    http.get(auth("passkeys"), () => HttpResponse.json({ passkeys: state.passkeys })),
    http.post(auth("passkeys/options"), () =>
      HttpResponse.json({
        options: { challenge: CHALLENGE, rp: { id: "localhost" }, user: { id: "-_8", name: "ada", displayName: "Ada" }, excludeCredentials: known() },
      }),
    ),
    http.post<never, { name?: string }>(auth("passkeys"), async ({ request }) => {
      const body = await request.json();
      state.sent.push(body);
      state.passkeys = [...state.passkeys, { ...LAPTOP, passkey_id: "p2", name: body.name ?? "Passkey" }];
      return HttpResponse.json(state.passkeys.at(-1), { status: 201 });
    }),
    http.delete(auth("passkeys/:id"), ({ params }) => {
      state.passkeys = state.passkeys.filter(({ passkey_id }) => passkey_id !== params["id"]);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  history.replaceState(null, "", "/account?tab=security");
  render(<App />);
  return { ...world, account: state };
}

describe("signing in", () => {
  test("one press shows the library: the device signs what the service asked", async () => {
    const asked = aDevice();
    const sent = openSignIn();
    await press("Sign in with a passkey");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(asked.used).toMatchObject([{ challenge: CHALLENGE_BYTES, rpId: "localhost", allowCredentials: [] }]);
    expect(sent).toEqual([{ credential: USED }]);
  });

  test.each([
    ["NotAllowedError", "No passkey was used."],
    ["SecurityError", "This browser can't use a passkey here."],
  ])("a device that throws %s is told of, and the form stays", async (refuse, message) => {
    aDevice({ refuse });
    const sent = openSignIn();
    await press("Sign in with a passkey");

    expect(await screen.findByRole("alert")).toHaveTextContent(message);
    expect(await screen.findByRole("button", { name: "Sign in with a passkey" })).toBeEnabled();
    expect(screen.getByLabelText("Password")).toBeVisible();
    expect(sent).toEqual([]);
  });

  test("a passkey that the service refuses is told of", async () => {
    aDevice();
    openSignIn();
    server.use(http.post(auth("passkey/login"), () => problem(400, "passkey_invalid")));
    await press("Sign in with a passkey");

    expect(await screen.findByRole("alert")).toHaveTextContent("The passkey was not accepted.");
  });

  test.each([
    ["the service", true, false],
    ["the browser", false, true],
  ])("without passkeys of %s there is no button", async (_, hasDevice, passkeys) => {
    if (hasDevice) aDevice();
    openSignIn({ passkeys });

    expect(await screen.findByLabelText("Password")).toBeVisible();
    expect(screen.queryByRole("button", { name: /passkey/ })).not.toBeInTheDocument();
  });
});

describe("in the account", () => {
  test("one is added under a name, and the device knows which ones there are", async () => {
    const asked = aDevice();
    const { account } = openAccount(LAPTOP);
    const name = await screen.findByLabelText("Name of the passkey");
    await userEvent.clear(name);
    await userEvent.type(name, "phone");
    await press("Add a passkey");

    expect(await screen.findByRole("button", { name: "Remove phone" })).toBeVisible();
    expect(asked.created).toMatchObject([
      { challenge: CHALLENGE_BYTES, user: { id: CHALLENGE_BYTES }, excludeCredentials: [{ id: Uint8Array.of(167), type: "public-key" }] },
    ]);
    const response = { clientDataJSON: "AQ", attestationObject: "Ag", transports: ["internal"] };
    expect(account.sent).toEqual([{ name: "phone", credential: { ...CREATED, response } }]);
  });

  test("a device that has one already is told of", async () => {
    aDevice({ refuse: "InvalidStateError" });
    const { account } = openAccount(LAPTOP);
    await press("Add a passkey");

    expect(await screen.findByRole("alert")).toHaveTextContent("This device has a passkey for your account already.");
    expect(account.sent).toEqual([]);
  });

  test("an account that is full says what to do", async () => {
    aDevice();
    openAccount(LAPTOP);
    server.use(http.post(auth("passkeys/options"), () => problem(409, "too_many_passkeys")));
    await press("Add a passkey");

    expect(await screen.findByRole("alert")).toHaveTextContent("Remove one that you no longer need.");
  });

  test("one is removed", async () => {
    aDevice();
    openAccount(LAPTOP);
    await press("Remove laptop");

    expect(await screen.findByText("No passkeys yet.")).toBeVisible();
    expect(screen.getByText("Passkey removed.")).toBeVisible();
  });

  test("the last way in stays, and the page says so", async () => {
    aDevice();
    openAccount(LAPTOP);
    server.use(http.delete(auth("passkeys/p1"), () => problem(409, "last_way_in")));
    await press("Remove laptop");

    expect(await screen.findByText("This is your only way to sign in.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Remove laptop" })).toBeVisible();
  });

  test("a passkey confirms a change that asks who it is, and the change is made", async () => {
    aDevice();
    const { state, account } = openAccount(LAPTOP);
    state.who = { ...ADA, has_passkeys: true };
    let isRecent = false;
    server.use(
      http.delete(auth("passkeys/p1"), () => {
        if (!isRecent) return problem(403, "reauthentication_needed");
        account.passkeys = [];
        return new HttpResponse(null, { status: 204 });
      }),
      http.post(auth("reauthenticate/passkey"), () => HttpResponse.json({ options: { challenge: CHALLENGE, allowCredentials: [{ id: "-_8", type: "public-key" }] } })),
      http.post(auth("reauthenticate"), async ({ request }) => {
        account.sent.push(await request.json());
        isRecent = true;
        return HttpResponse.json({ user: state.who, providers: [], passkeys: true }, { status: 201 });
      }),
    );
    await press("Remove laptop");
    const question = within(await screen.findByRole("dialog", { name: "Confirm that it's you" }));
    await userEvent.click(question.getByRole("button", { name: "Confirm with a passkey" }));

    expect(await screen.findByText("No passkeys yet.")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(account.sent).toEqual([{ passkey: USED }]);
  });

  test("a browser without passkeys says so, and still shows those that there are", async () => {
    openAccount(LAPTOP);

    expect(await screen.findByRole("button", { name: "Remove laptop" })).toBeVisible();
    expect(screen.getByText("This browser has no passkeys.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Add a passkey" })).not.toBeInTheDocument();
  });
});

test.each([
  ["http://127.0.0.1:5000/account?tab=security", "http://localhost:5000/account?tab=security"],
  ["http://[::1]:5000/sign-in", "http://localhost:5000/sign-in"],
  ["http://localhost:5000/sign-in", null],
  ["https://moodrop.example.com/sign-in", null],
])("at %s, passkeys work at %s", (here, there) => {
  vi.stubGlobal("location", new URL(here));

  expect(localhostAddress()).toBe(there);
});
