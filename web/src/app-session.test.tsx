import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { App } from "./app";
import { aFile, aSession } from "./testing/builders";
import { aWorld, ORIGIN, problem, server } from "./testing/server";

async function enter(token: string) {
  const user = userEvent.setup();
  render(<App />);
  await user.type(await screen.findByLabelText("Access token"), token);
  await user.click(screen.getByRole("button", { name: "Continue" }));
  return user;
}

describe("where a token is needed", () => {
  const locked = aSession({ auth_mode: "jwt", owner: null, scopes: [] });

  /** Lets in whoever brings the word "good". */
  function aLockedWorld() {
    const world = aWorld({ session: locked, files: [aFile()] });
    server.use(
      http.get(`${ORIGIN}/v1/session`, ({ request }) => {
        const known = request.headers.get("authorization") === "Bearer good";
        return HttpResponse.json(known ? { ...locked, owner: "mia" } : locked);
      }),
    );
    return world;
  }

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

    expect(await screen.findByText(/That token was not accepted/)).toBeVisible();
  });

  test("one that may only read is offered nothing else", async () => {
    aWorld({ session: { ...locked, owner: "mia", scopes: ["files:read"] }, files: [aFile()] });
    render(<App />);

    expect(await screen.findByRole("button", { name: "Download Blue" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Delete Blue" })).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Add songs" })).not.toBeInTheDocument();
  });

  test("one that expires later asks again", async () => {
    aLockedWorld();
    const user = await enter("good");
    await screen.findByText("Blue");
    server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => problem(401, "token_expired")));

    await user.click(screen.getByRole("button", { name: "Download Blue" }));

    expect(await screen.findByText(/That token was not accepted/)).toBeVisible();
  });
});
