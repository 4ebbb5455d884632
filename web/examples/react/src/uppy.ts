import { Moodrop, type MoodropMeta } from "@moodrop/uploads/uppy";
import { Uppy, type Body } from "@uppy/core";

const state = document.querySelector("#state") ?? document.body;
const uppy = new Uppy<MoodropMeta, Body>({ autoProceed: true }).use(Moodrop<MoodropMeta, Body>, { mood: "happy" });
const cover = document.querySelector<HTMLInputElement>("#cover");

uppy.on("upload-progress", (file, { bytesUploaded }) => {
  state.textContent = `${file?.name ?? ""}: ${bytesUploaded} bytes`;
});
uppy.on("upload-success", (file, { body }) => {
  state.textContent = `${file?.name ?? ""} is ${String(body?.["file_id"])}`;
});
uppy.on("upload-error", (_, error) => {
  state.textContent = error.message;
});

document.querySelector("#files")?.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement) {
    const picture = cover?.files?.[0];
    const meta = picture ? { cover: picture } : {};
    uppy.addFiles([...(target.files ?? [])].map((data) => ({ data, name: data.name, type: data.type, meta })));
  }
});
document.querySelector("#pause")?.addEventListener("click", () => {
  for (const { id } of uppy.getFiles()) uppy.pauseResume(id);
});
