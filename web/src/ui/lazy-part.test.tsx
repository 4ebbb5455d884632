import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { act } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stale } from "../lib/stale";
import { passTime, silence, stopClock } from "../testing/clock";
import { ORIGIN, server } from "../testing/server";
import { Boundary } from "./boundary";
import { lazyPart } from "./lazy-part";

const Music = () => <p>Music</p>;
const Fine = () => <p>Fine</p>;
const BrokenPart = (): never => {
  throw new Error("broken");
};

/** The page's own script, and the script that the service's page names now. */
function aBuild(now: string): void {
  document.head.innerHTML = `<script type="module" src="/assets/page-1.js"></script>`;
  server.use(http.get(`${ORIGIN}/`, () => HttpResponse.html(`<div id="root"></div><script src="${now}"></script>`)));
}

beforeEach(() => void vi.spyOn(console, "error").mockReturnValue(undefined));
afterEach(() => {
  vi.useRealTimers();
  document.head.innerHTML = "";
  stale.set(false);
});

test("a part that cannot be loaded says so, is tried again, and takes nothing else with it", async () => {
  aBuild("/assets/page-1.js");
  const load = vi.fn<() => Promise<{ default: typeof Fine }>>().mockRejectedValueOnce(new TypeError("404")).mockResolvedValue({ default: Fine });
  const Part = lazyPart(load);
  render(
    <>
      <Part />
      <Music />
    </>,
  );

  expect(await screen.findByRole("alert")).toHaveTextContent("This part of the page couldn't load");
  expect(screen.getByText("Music")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));

  expect(await screen.findByText("Fine")).toBeVisible();
});

test("a part that does not come is given up after a minute, also where the service says nothing of its build", async () => {
  aBuild("/assets/page-1.js");
  server.use(http.get(`${ORIGIN}/`, silence));
  stopClock();
  const Part = lazyPart<object>(silence);
  render(<Part />);

  await act(() => passTime(60_000));
  await act(() => passTime(5000));

  expect(screen.getByRole("alert")).toHaveTextContent("This part of the page couldn't load");
});

test("after an upgrade a reload is offered", async () => {
  aBuild("/assets/page-2.js");
  const Part = lazyPart(() => Promise.reject<{ default: typeof Fine }>(new TypeError("404")));
  render(<Part />);

  expect(await screen.findByRole("button", { name: "Reload" })).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("Moodrop has been updated.");
});

test("a part that throws is put away, and the others stay", async () => {
  aBuild("/assets/page-1.js");
  const close = vi.fn<() => void>();
  render(
    <>
      <Boundary onClose={close}>
        <BrokenPart />
      </Boundary>
      <Boundary quiet>
        <BrokenPart />
      </Boundary>
      <Music />
    </>,
  );

  expect(screen.getAllByRole("alert")).toHaveLength(1);
  expect(screen.getByText("Music")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Close" }));

  expect(close).toHaveBeenCalledOnce();
});
