import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { aWorld, ORIGIN, problem, server, STORE } from "../../../testing/server";
import { http } from "msw";
import type { FileRecord } from "../../../lib/types";
import PictureView, { loadPlayerWords } from "./picture-view";

const pictures = ["Sea", "Hill", "Town"].map((title) => aFile({ file_id: title, title, content_type: "image/png" }));

beforeAll(() => loadPlayerWords());

function shown(at: number) {
  const onClose = vi.fn<() => void>();
  const acts = { onDownload: vi.fn<(file: FileRecord) => void>(), onShare: vi.fn<(file: FileRecord) => void>() };
  render(<PictureView pictures={pictures} start={pictures[at] ?? aFile()} onClose={onClose} {...acts} />);
  return { onClose, ...acts };
}

test("a picture is shown from a fresh address, as a picture", async () => {
  aWorld();
  shown(1);

  expect(await screen.findByRole("img", { name: "Hill" })).toHaveAttribute("src", `${STORE}/get/Hill?as=inline`);
});

test("buttons and arrows go from one to the next, and end with the list", async () => {
  aWorld();
  shown(0);
  expect(screen.getByRole("button", { name: "Previous image" })).toBeDisabled();

  await userEvent.click(screen.getByRole("button", { name: "Next image" }));
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");

  expect(await screen.findByRole("img", { name: "Town" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Next image" })).toBeDisabled();
  await userEvent.keyboard("{ArrowLeft}");
  expect(await screen.findByRole("img", { name: "Hill" })).toBeVisible();
});

test("the shown picture is saved and shared", async () => {
  aWorld();
  const { onDownload, onShare } = shown(0);
  await userEvent.click(screen.getByRole("button", { name: "Next image" }));

  await userEvent.click(screen.getByRole("button", { name: "Download" }));
  await userEvent.click(screen.getByRole("button", { name: "Share" }));

  expect(onDownload).toHaveBeenCalledExactlyOnceWith(pictures[1]);
  expect(onShare).toHaveBeenCalledExactlyOnceWith(pictures[1]);
});

test("a click makes it larger, another one smaller", async () => {
  aWorld();
  shown(0);
  const image = await screen.findByRole("img", { name: "Sea" });

  await userEvent.click(image);
  expect(screen.getAllByRole("button", { name: "Zoom out" })).toHaveLength(2);
  await userEvent.click(image);

  expect(screen.getAllByRole("button", { name: "Zoom in" })).toHaveLength(2);
});

test("one that cannot be had, or not be drawn, says so", async () => {
  aWorld();
  shown(0);
  fireEvent.error(await screen.findByRole("img", { name: "Sea" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Couldn't load this image. Close it and try again.");

  server.use(http.get(`${ORIGIN}/v1/files/:id/download`, () => problem(404, "file_not_found")));
  await userEvent.click(screen.getByRole("button", { name: "Next image" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("Couldn't load this image. Close it and try again.");
});

test("what the browser cannot draw is shown as the service has drawn it", async () => {
  aWorld();
  const photo = aFile({ title: "Hill", content_type: "image/heic", thumbnail: { v: "v1", blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", width: 4, height: 3 } });
  render(<PictureView pictures={[photo]} start={photo} onClose={() => undefined} onDownload={() => undefined} onShare={() => undefined} />);

  fireEvent.error(await screen.findByRole("img", { name: "Hill" }));
  const drawn = screen.getByRole("img", { name: "Hill" });
  expect(drawn).toHaveAttribute("src", `${ORIGIN}/v1/files/${photo.file_id}/thumbnail?width=1280&v=v1`);

  fireEvent.error(drawn);
  expect(screen.getByRole("alert")).toBeVisible();
});

test("it closes by its button", async () => {
  aWorld();
  const { onClose } = shown(0);

  await userEvent.click(screen.getByRole("button", { name: "Close" }));

  expect(onClose).toHaveBeenCalledOnce();
});
