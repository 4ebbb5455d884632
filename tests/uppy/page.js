import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";

/**
 * Puts a published Uppy where the tests can drive it, set up as its documentation tells an app to.
 *
 * window.start(options) makes one, window.uppy is it, window.seen is what happened, in order.
 */

const TOLD = ["upload-success", "upload-error", "complete", "error", "restored", "cancel-all"];

/** The recipe of docs/uppy.md for Uppy 6: our own fetch, so that a token can go along; `told`: with what we know. */
function signedBy({ endpoint, headers, told }) {
  return async (request) => {
    const file = told && window.uppy.getFile(request.key);
    const known = file && {
      filename: file.name,
      contentType: file.type,
      metadata: { ...file.meta, size: file.size },
    };
    const answer = await fetch(`${endpoint}/s3/presign`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ ...request, ...known }),
    });
    const signed = await answer.json();
    if (!answer.ok) throw new Error(signed.message);
    return signed;
  };
}

function settingsOf({ multipart, chunkSize, sign, ...s3 }) {
  return {
    ...s3,
    ...(multipart === undefined ? {} : { shouldUseMultipart: multipart }),
    ...(chunkSize ? { getChunkSize: () => chunkSize } : {}),
    ...(sign ? { signRequest: signedBy(sign) } : {}),
    ...(sign?.told ? { generateObjectKey: (file) => file.id } : {}),
  };
}

window.start = ({ s3, meta = {}, retrieve = false, sizeInMeta = false }) => {
  const uppy = new Uppy({ id: "uppy", meta });
  uppy.use(AwsS3, settingsOf(s3));
  // One line of docs/uppy.md: with the size known, the service signs the exact length of what is sent.
  if (sizeInMeta) uppy.on("file-added", (file) => uppy.setFileMeta(file.id, { size: file.size, chunkSize: s3.chunkSize }));
  if (retrieve) uppy.use(GoldenRetriever);
  window.uppy = uppy;
  window.seen = [];
  for (const name of TOLD) uppy.on(name, (...said) => window.seen.push([name, said.map(plain)]));
};
document.getElementById("files").addEventListener("change", ({ target }) => {
  for (const file of target.files) window.uppy.addFile({ name: file.name, type: file.type, data: file });
});
window.ready = true;

/** What can cross to the test: errors by their words, files by their names. */
function plain(value) {
  if (value instanceof Error) return { error: value.message };
  if (value?.data instanceof Blob) return { file: value.name };
  return JSON.parse(JSON.stringify(value ?? null));
}
