import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import Menu, { nextOf } from "./menu";

const TEXTS = ["Play next", "Add to queue", "Share", "Select", "Delete"];

test("keys lead from item to item, around both ends, and a letter to the next that begins with it", () => {
  expect(nextOf("ArrowDown", 4, TEXTS)).toBe(0);
  expect(nextOf("ArrowUp", 0, TEXTS)).toBe(4);
  expect(nextOf("ArrowUp", -1, TEXTS)).toBe(4);
  expect(nextOf("Home", 3, TEXTS)).toBe(0);
  expect(nextOf("End", 0, TEXTS)).toBe(4);
  expect(nextOf("s", 0, TEXTS)).toBe(2);
  expect(nextOf("S", 2, TEXTS)).toBe(3);
  expect(nextOf("s", 3, TEXTS)).toBe(2);
  expect(nextOf("x", 0, TEXTS)).toBeNull();
  expect(nextOf(" ", 0, TEXTS)).toBeNull();
  expect(nextOf("Escape", 0, TEXTS)).toBeNull();
});

function draw() {
  const on = { close: vi.fn<() => void>(), share: vi.fn<() => void>(), remove: vi.fn<() => void>() };
  render(
    <Menu
      label="More actions for Blue"
      place={{ left: 0, right: 40, top: 0, bottom: 40 }}
      groups={[
        { items: [{ text: "Share", icon: "share", onChoose: on.share }] },
        { items: [] },
        { items: [{ text: "Delete", icon: "trash", alarm: true, onChoose: on.remove }] },
      ]}
      onClose={on.close}
    />,
  );
  return on;
}

test("the first item has the focus, and an item closes the menu before it acts", async () => {
  const on = draw();
  expect(screen.getByRole("menuitem", { name: "Share" })).toHaveFocus();

  await userEvent.keyboard("{ArrowDown}{Enter}");

  expect(on.remove).toHaveBeenCalledOnce();
  expect(on.share).not.toHaveBeenCalled();
  expect(on.close.mock.invocationCallOrder[0]).toBeLessThan(on.remove.mock.invocationCallOrder[0] ?? 0);
});

test("Tab and a press beside it close it", async () => {
  const on = draw();

  await userEvent.tab();
  await userEvent.click(screen.getByRole("dialog", { name: "More actions for Blue" }));
  expect(on.close).toHaveBeenCalledTimes(2);
  await userEvent.click(screen.getByRole("menu"));
  expect(on.close).toHaveBeenCalledTimes(2);
});
