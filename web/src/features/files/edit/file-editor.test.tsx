import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { FileEditor } from "./file-editor";

function editor(filename: string) {
  const onSave = vi.fn<() => Promise<boolean>>(() => Promise.resolve(true));
  render(<FileEditor file={aFile({ filename, title: "Tape" })} moods={[]} onSave={onSave} onChanged={() => undefined} />);
  return { onSave, name: screen.getByLabelText("File name"), save: screen.getByRole("button", { name: "Save" }) };
}

test("a file can be given another name, and nothing else is sent", async () => {
  const { onSave, name, save } = editor("tape.wav");
  expect(save).toBeDisabled();

  await userEvent.clear(name);
  await userEvent.type(name, " attic tape.wav ");
  await userEvent.click(save);

  expect(onSave).toHaveBeenCalledExactlyOnceWith({ filename: "attic tape.wav" });
});

test("a file always has a name", async () => {
  const { onSave, name, save } = editor("tape.wav");

  await userEvent.clear(name);
  await userEvent.type(name, "  ");

  expect(save).toBeDisabled();
  expect(onSave).not.toHaveBeenCalled();
});
