import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, onTestFinished, test } from "vitest";
import { App } from "./app";
import { aFile, aSession } from "./testing/builders";
import { aWorld, ORIGIN, problem, server } from "./testing/server";

async function enter(token: string) {
  const user = userEvent.setup();
  render(<App />);
  await user.type(await screen.findByLabelText("Access token"), token);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  return user;
}

function isGood(request: Request) {
  return request.headers.get("authorization") === "Bearer good";
}

/** The Authorization header of each request for a list of files. */
function listsAsked() {
  const seen: (string | null)[] = [];
  server.events.on("request:start", ({ request }) => {
    if (request.url.startsWith(`${ORIGIN}/v1/files`)) seen.push(request.headers.get("authorization"));
  });
  onTestFinished(() => server.events.removeAllListeners());
  return seen;
}

describe("where a token is needed", () => {
  const locked = aSession({ auth_mode: "jwt", owner: null, scopes: [] });

  const mia = { ...locked, owner: "mia" };

  /** Accepts the token "good", and afterwards the cookie if the browser keeps one. */
  function aLockedWorld({ keepsCookies = true } = {}) {
    const world = aWorld({ session: locked, files: [aFile()] });
    let signedIn = false;
    server.use(
      http.get(`${ORIGIN}/v1/session`, ({ request }) => HttpResponse.json(signedIn || isGood(request) ? mia : locked)),
      http.post(`${ORIGIN}/v1/session`, ({ request }) => {
        signedIn = keepsCookies && isGood(request);
        return isGood(request) ? HttpResponse.json(mia, { status: 201 }) : problem(401, "token_invalid");
      }),
      http.delete(`${ORIGIN}/v1/session`, () => {
        signedIn = false;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    return world;
  }

  test("the token is swapped for a cookie, and a reload asks for none", async () => {
    aLockedWorld();
    const asked = listsAsked();
    await enter("good");
    expect(await screen.findByText("Blue")).toBeVisible();
    expect(new Set(asked)).toEqual(new Set([null]));

    cleanup();
    render(<App />);

    expect(await screen.findByText("Blue")).toBeVisible();
    expect(screen.queryByLabelText("Access token")).not.toBeInTheDocument();
  });

  test("where the browser keeps no cookie, the token does until a reload", async () => {
    aLockedWorld({ keepsCookies: false });
    const asked = listsAsked();
    await enter("good");
    expect(await screen.findByText("Blue")).toBeVisible();
    expect(new Set(asked)).toEqual(new Set(["Bearer good"]));

    cleanup();
    render(<App />);

    expect(await screen.findByLabelText("Access token")).toBeVisible();
  });

  test("signing out that fails says so, and does not pretend", async () => {
    aLockedWorld();
    const user = await enter("good");
    await screen.findByText("Blue");
    server.use(http.delete(`${ORIGIN}/v1/session`, () => problem(503, "database_unavailable")));

    await user.click(screen.getByRole("button", { name: "Sign out" }));

    expect(await screen.findByText("It is database_unavailable.")).toBeVisible();
    expect(screen.queryByLabelText("Access token")).not.toBeInTheDocument();
  });

  test("the right one opens the library; signing out closes it", async () => {
    aLockedWorld();
    const user = await enter("good");
    expect(await screen.findByText("Blue")).toBeVisible();

    await user.click(screen.getByRole("button", { name: "Sign out" }));

    expect(await screen.findByLabelText("Access token")).toBeVisible();
    expect(screen.queryByText("Blue")).not.toBeInTheDocument();
  });

  test("a wrong one is refused in words", async () => {
    aLockedWorld();
    await enter("bad");

    expect(await screen.findByText(/That token isn't valid or has expired/)).toBeVisible();
  });

  test("one that may only read is offered nothing else", async () => {
    aWorld({ session: { ...locked, owner: "mia", scopes: ["files:read"] }, files: [aFile()] });
    render(<App />);

    expect(await screen.findByRole("button", { name: "Download Blue" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Delete Blue" })).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Add files" })).not.toBeInTheDocument();
  });

  test("one that expires later asks again", async () => {
    aLockedWorld();
    const user = await enter("good");
    await screen.findByText("Blue");
    server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => problem(401, "token_expired")));

    await user.click(screen.getByRole("button", { name: "Download Blue" }));

    expect(await screen.findByText(/That token isn't valid or has expired/)).toBeVisible();
  });
});
