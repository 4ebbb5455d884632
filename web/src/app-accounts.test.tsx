import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { App } from "./app";
import { goTo } from "./lib/address";
import { ADA, anAccountsWorld, auth, EMAIL, GUEST, PASSWORD } from "./testing/accounts";
import { ORIGIN, problem, server } from "./testing/server";

/** A refusal that says when to try again. */
function later(status: number, code: string, seconds: number) {
  const body = { code, status, detail: `It is ${code}.`, hint: "", retryable: true };
  return HttpResponse.json(body, { status, headers: { "retry-after": String(seconds) } });
}

async function type(label: string, text: string) {
  await userEvent.type(await screen.findByLabelText(label), text);
}

async function press(name: string) {
  await userEvent.click(await screen.findByRole("button", { name }));
}

describe("without a session", () => {
  test("signing in opens the library at the same address", async () => {
    anAccountsWorld(null);
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Sign in");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(await screen.findByRole("button", { name: "Ada" })).toBeVisible();
  });

  test("a wrong password is said beside its field, which takes the focus", async () => {
    anAccountsWorld(null);
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", "something else");
    await press("Sign in");

    const field = await screen.findByLabelText("Password");
    await waitFor(() => expect(field).toHaveAccessibleDescription(/is wrong/));
    expect(field).toBeInvalid();
    expect(field).toHaveFocus();
    expect(screen.queryByLabelText("Access token")).not.toBeInTheDocument();
  });

  test("an empty field is named before anything is sent", async () => {
    const { state } = anAccountsWorld(null);
    render(<App />);
    await type("Password", PASSWORD);
    await press("Sign in");

    expect(await screen.findByLabelText("E-mail address")).toHaveAccessibleDescription("Fill in this field.");
    expect(state.bodies).toEqual([]);
  });

  test("after too many tries, the button counts the seconds", async () => {
    anAccountsWorld(null);
    server.use(http.post(auth("login"), () => later(429, "rate_limited", 42)));
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Sign in");

    expect(await screen.findByRole("alert")).toHaveTextContent("Too many tries.");
    expect(await screen.findByRole("button", { name: /Try again in 4\d seconds/ })).toHaveAttribute("aria-disabled", "true");
  });

  test("while too many sign in, it tries again by itself", async () => {
    const { signIn } = anAccountsWorld(null);
    let tries = 0;
    server.use(
      http.post(auth("login"), () => (++tries === 1 ? later(503, "passwords_busy", 0) : signIn(ADA))),
    );
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Sign in");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(tries).toBe(2);
  });

  test("a code by mail signs in, and may be pasted", async () => {
    const { state } = anAccountsWorld(null);
    render(<App />);
    await press("Send me a code instead");
    await type("E-mail address", EMAIL);
    await press("Send code");
    await userEvent.click(await screen.findByLabelText("Six-digit code"));
    await userEvent.paste("123 456");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(state.bodies.at(-1)).toEqual({ email: EMAIL, code: "123456" });
  });

  test("a link in a mail signs in by its button, never by itself", async () => {
    const { state } = anAccountsWorld(null);
    history.replaceState(null, "", "/sign-in#token=t1");
    render(<App />);
    await screen.findByRole("heading", { name: "Sign in with your link" });
    expect(state.bodies).toEqual([]);
    await press("Sign in");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(state.bodies).toEqual([{ token: "t1" }]);
    expect(location.pathname).toBe("/");
  });

  test("whoever was on the way to another view gets there", async () => {
    anAccountsWorld(null);
    history.replaceState(null, "", "/sign-in?next=%2F%3Fmood%3Dsad");
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Sign in");

    await waitFor(() => expect(location.search).toBe("?mood=sad"));
  });

  test("another site is never the next view", async () => {
    anAccountsWorld(null);
    history.replaceState(null, "", "/sign-in?next=%2F%2Fevil.example");
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Sign in");

    await screen.findByText("Blue");
    await waitFor(() => expect(location.pathname).toBe("/"));
  });

  test("the link of a registration asks for the password", async () => {
    const { state } = anAccountsWorld(null);
    history.replaceState(null, "", "/verify#t2");
    render(<App />);
    await type("Password", PASSWORD);
    await press("Confirm");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(state.bodies).toEqual([{ token: "t2", password: PASSWORD }]);
  });
});

describe("as a guest of this machine", () => {
  test("no form stands before the first song", async () => {
    anAccountsWorld(GUEST, { guests: "local" });
    render(<App />);

    expect(await screen.findByText("Blue")).toBeVisible();
    await press("Guest");
    expect(await screen.findByRole("link", { name: "Sign in" })).toHaveAttribute("href", "/sign-in");
    expect(screen.getByRole("link", { name: "Create an account" })).toHaveAttribute("href", "/register");
    expect(screen.queryByLabelText("Password")).not.toBeInTheDocument();
  });

  test("registering takes one code, keeps the files, and asks for the password once", async () => {
    const { state } = anAccountsWorld(GUEST, { guests: "local" });
    render(<App />);
    await press("Guest");
    await userEvent.click(await screen.findByRole("link", { name: "Create an account" }));
    expect(await screen.findByRole("checkbox", { name: /Keep the file you added as a guest/ })).toBeChecked();
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Create account");
    expect(await screen.findByRole("heading", { name: "Check your mail" })).toBeVisible();
    await type("Six-digit code", "123456");

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(state.bodies).toEqual([
      { email: EMAIL, password: PASSWORD, name: null, language: "en", keep_guest: true },
      { email: EMAIL, code: "123456", verification_token: "v1" },
    ]);
  });

  test("a wrong code may be corrected", async () => {
    anAccountsWorld(GUEST, { guests: "local" });
    history.replaceState(null, "", "/register");
    render(<App />);
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Create account");
    await type("Six-digit code", "000000");
    const boxes = await screen.findByLabelText("Six-digit code");
    await waitFor(() => expect(boxes).toHaveAccessibleDescription(/isn't valid/));
    await userEvent.clear(boxes);
    await type("Six-digit code", "123456");

    expect(await screen.findByText("Blue")).toBeVisible();
  });

  test("signing in to an account that exists asks about the guest's files", async () => {
    anAccountsWorld(GUEST, { guests: "local", guest_files: 12 });
    let adopted = 0;
    server.use(
      http.post(auth("guest/adopt"), () => {
        adopted++;
        return new HttpResponse(null, { status: 202 });
      }),
    );
    render(<App />);
    await screen.findByText("Blue");
    goTo("/sign-in");
    await type("E-mail address", EMAIL);
    await type("Password", PASSWORD);
    await press("Sign in");
    expect(await screen.findByText(/you added 12 files/)).toBeVisible();
    await press("Move them");

    await screen.findByRole("button", { name: "Ada" });
    expect(adopted).toBe(1);
  });
});

test("a forgotten password is set anew: after the code, the password is asked for", async () => {
  const { state } = anAccountsWorld(null);
  const keep = async ({ request }: { request: Request }) => {
    state.bodies.push(await request.json());
    return new HttpResponse(null, { status: 204 });
  };
  server.use(http.post(auth("password/forgot"), keep), http.post(auth("password/reset"), keep));
  history.replaceState(null, "", "/forgot");
  render(<App />);
  await type("E-mail address", EMAIL);
  await press("Send code");
  await waitFor(() => expect(screen.getByLabelText("Six-digit code")).toHaveFocus());
  await userEvent.keyboard("123456");
  expect(screen.getByLabelText("New password")).toHaveFocus();
  expect(screen.queryByText("Fill in this field.")).not.toBeInTheDocument();
  await userEvent.keyboard(`${PASSWORD}{Enter}`);

  expect(await screen.findByText("Your new password is set. Sign in with it.")).toBeVisible();
  expect(state.bodies).toEqual([
    { email: EMAIL, language: "en" },
    { email: EMAIL, code: "123456", password: PASSWORD },
  ]);
});

describe("with an account", () => {
  test("the menu signs out, and then the page asks to sign in", async () => {
    const { world, state } = anAccountsWorld(ADA);
    server.use(
      http.delete(`${ORIGIN}/v1/session`, () => {
        state.who = null;
        world.session = { ...world.session, owner: null, scopes: [] };
        return new HttpResponse(null, { status: 204 });
      }),
    );
    render(<App />);
    await press("Ada");
    await press("Sign out");

    expect(await screen.findByLabelText("Password")).toBeVisible();
    expect(screen.queryByText("Blue")).not.toBeInTheDocument();
  });

  test("a session that ends shows the way in, not a token form", async () => {
    const { state } = anAccountsWorld(ADA);
    render(<App />);
    await screen.findByText("Blue");
    state.who = null;
    server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => problem(401, "session_ended")));
    await press("Download Blue");

    expect(await screen.findByLabelText("E-mail address")).toBeVisible();
    expect(screen.queryByLabelText("Access token")).not.toBeInTheDocument();
  });

  test("Escape closes the menu and gives the focus back", async () => {
    anAccountsWorld(ADA);
    render(<App />);
    await press("Ada");
    expect(screen.getByRole("link", { name: "Account" })).toBeVisible();
    await userEvent.keyboard("{Escape}");

    expect(screen.queryByRole("link", { name: "Account" })).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Ada" })).toHaveFocus();
  });
});
