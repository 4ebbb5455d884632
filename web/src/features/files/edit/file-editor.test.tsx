import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { FileEditor } from "./file-editor";

function editor(filename: string) {
  const onSave = vi.fn<() => Promise<boolean>>(() => Promise.resolve(true));
  const { unmount } = render(<FileEditor file={aFile({ filename, title: "Tape" })} moods={[]} onSave={onSave} />);
  return { onSave, name: screen.getByLabelText("File name"), unmount };
}

test("a file can be given another name, and nothing else is sent", async () => {
  const { onSave, name } = editor("tape.wav");

  await userEvent.clear(name);
  await userEvent.type(name, " attic tape.wav ");
  expect(onSave).not.toHaveBeenCalled();
  await userEvent.tab();

  expect(onSave).toHaveBeenCalledExactlyOnceWith({ filename: "attic tape.wav" });
});

test("a file always has a name", async () => {
  const { onSave, name } = editor("tape.wav");

  await userEvent.clear(name);
  await userEvent.type(name, "  ");

  await userEvent.tab();
  expect(onSave).not.toHaveBeenCalled();
});

test("Enter saves, and so does the form when it goes away", async () => {
  const { onSave, name, unmount } = editor("tape.wav");

  await userEvent.type(name, "e{Enter}");
  expect(onSave).toHaveBeenLastCalledWith({ filename: "tape.wave" });
  await userEvent.type(name, "s");
  unmount();

  expect(onSave).toHaveBeenLastCalledWith({ filename: "tape.wavs" });
});

test("what was not changed is not saved", async () => {
  const { onSave, name, unmount } = editor("tape.wav");

  await userEvent.type(name, "e{Backspace}");
  await userEvent.tab();
  unmount();

  expect(onSave).not.toHaveBeenCalled();
});

test("a title is cut to what the service takes, counted in characters", async () => {
  const { onSave } = editor("tape.wav");
  const title = screen.getByLabelText("Title");

  fireEvent.change(title, { target: { value: "🎵".repeat(201) } });
  fireEvent.blur(title);

  expect(onSave).toHaveBeenCalledExactlyOnceWith({ title: "🎵".repeat(200) });
  expect(title).toBeValid();
});
