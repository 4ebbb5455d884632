import { Moodrop } from "@moodrop/uploads/uppy";
import { Uppy } from "@uppy/core";

const state = document.querySelector("#state") ?? document.body;
const uppy = new Uppy({ autoProceed: true }).use(Moodrop, { mood: "happy" });

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
    uppy.addFiles([...(target.files ?? [])].map((data) => ({ data, name: data.name, type: data.type })));
  }
});
document.querySelector("#pause")?.addEventListener("click", () => {
  for (const { id } of uppy.getFiles()) uppy.pauseResume(id);
});
