import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FaceMood, type FaceMoodProps } from "./face-mood";

const COUNTS = [
  { mood: "happy", files: 2 },
  { mood: "sad", files: 0 },
  { mood: "neutral", files: 1 },
];

function aFaceMood(given: Partial<FaceMoodProps> = {}) {
  const onPlay = vi.fn<FaceMoodProps["onPlay"]>();
  const onRadio = vi.fn<FaceMoodProps["onRadio"]>();
  render(<FaceMood moods={["happy", "sad", "neutral"]} counts={COUNTS} onPlay={onPlay} onRadio={onRadio} {...given} />);
  return { onPlay, onRadio, user: userEvent.setup() };
}

const theButton = () => screen.getByRole("button", { name: /^Mood from your face/ });

async function theDialog() {
  return within(await screen.findByRole("dialog", { name: "Mood from your face" }));
}

test("the button says that the picture stays here", () => {
  aFaceMood();

  expect(theButton()).toHaveTextContent("Your image never leaves this device.");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test.each([[["calm", "wild"]], [["happy", "wild"]]])("where a face can't choose among %s, there is no button", (moods) => {
  aFaceMood({ moods });

  expect(screen.queryByRole("button")).not.toBeInTheDocument();
});

describe("where no face can be read", () => {
  beforeEach(() => void Object.defineProperty(globalThis, "isSecureContext", { value: false, configurable: true }));
  afterEach(() => void Object.defineProperty(globalThis, "isSecureContext", { value: true, configurable: true }));

  test("the reason is said politely, and what to do", async () => {
    const { user } = aFaceMood();
    await user.click(theButton());

    const dialog = await theDialog();
    expect(await dialog.findByText("The camera needs a secure (https) address.")).toBeVisible();
    expect(dialog.getByRole("status")).toHaveTextContent(/Ask whoever runs this server to enable https\.$/);
    expect(dialog.queryByRole("button", { name: /^Play/ })).not.toBeInTheDocument();
  });

  test("a mood is chosen by hand, and its songs are played", async () => {
    const { user, onPlay } = aFaceMood();
    await user.click(theButton());

    await user.click(await (await theDialog()).findByRole("radio", { name: "Neutral" }));
    await user.click((await theDialog()).getByRole("button", { name: "Play neutral songs" }));

    expect(onPlay).toHaveBeenCalledExactlyOnceWith("neutral");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  test("a radio of the mood starts", async () => {
    const { user, onRadio } = aFaceMood();
    await user.click(theButton());
    await user.click(await (await theDialog()).findByRole("radio", { name: "Neutral" }));

    await user.click((await theDialog()).getByRole("button", { name: "Start radio" }));

    expect(onRadio).toHaveBeenCalledExactlyOnceWith("neutral");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  test("a mood without songs is not offered to be played", async () => {
    const { user } = aFaceMood();
    await user.click(theButton());

    await user.click(await (await theDialog()).findByRole("radio", { name: "Sad" }));

    expect((await theDialog()).getByText("No sad songs yet.")).toBeVisible();
    expect((await theDialog()).queryByRole("button", { name: /^Play/ })).not.toBeInTheDocument();
  });
});

test("a browser without WebAssembly is not asked for its camera", async () => {
  const getUserMedia = vi.fn<() => Promise<never>>();
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  vi.stubGlobal("WebAssembly", undefined);
  const { user } = aFaceMood();

  await user.click(theButton());

  expect(await (await theDialog()).findByText("Face detection isn't available because WebAssembly is turned off in this browser.")).toBeVisible();
  expect(getUserMedia).not.toHaveBeenCalled();
});
