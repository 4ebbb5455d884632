const output = document.querySelector("output");
const uploader = document.querySelector("moodrop-uploader");

uploader?.addEventListener("upload-complete", ({ detail }) => (output.value = `${detail.filename} is ${detail.file_id}`));
uploader?.addEventListener("upload-error", ({ detail }) => (output.value = `${detail.filename} failed`));
