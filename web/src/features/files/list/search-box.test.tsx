import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { setLetterKeys } from "../../../lib/letter-keys";
import { SearchBox } from "./search-box";

function searchBox() {
  render(<SearchBox value="" onChange={() => undefined} />);
  return screen.getByRole("searchbox", { name: "Search" });
}

test("/ leads to the search from anywhere", async () => {
  const field = searchBox();

  await userEvent.keyboard("/");

  expect(field).toHaveFocus();
  expect(field).toHaveValue("");
});

test("/ is a letter like any other where single keys are switched off", async () => {
  setLetterKeys(false);
  const field = searchBox();

  await userEvent.keyboard("/");

  expect(field).not.toHaveFocus();
});

test("Escape empties it, but not while a word is composed", async () => {
  const field = searchBox();
  await userEvent.type(field, "にほんご");

  expect(fireEvent.keyDown(field, { key: "Escape", keyCode: 229, isComposing: true })).toBe(true);
  expect(field).toHaveValue("にほんご");

  fireEvent.keyDown(field, { key: "Escape" });
  expect(field).toHaveValue("");
});
