import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";

/**
 * Runs a published Uppy for the tests, set up as its documentation advises.
 *
 * window.start(options) creates window.uppy; window.seen lists its events in order.
 */

const REPORTED = ["upload-success", "upload-error", "complete", "error", "restored", "cancel-all"];

/** The recipe of docs/uppy.md for Uppy 6: our own fetch sends a token and, if `described`, what the app knows of a file. */
function signedBy({ endpoint, headers, described }) {
  return async (request) => {
    const file = described && window.uppy.getFile(request.key);
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
    ...(sign?.described ? { generateObjectKey: (file) => file.id } : {}),
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
  for (const name of REPORTED) uppy.on(name, (...details) => window.seen.push([name, details.map(plain)]));
};
document.getElementById("files").addEventListener("change", ({ target }) => {
  for (const file of target.files) window.uppy.addFile({ name: file.name, type: file.type, data: file });
});
window.ready = true;

/** Reduces a value to what can be passed to the test: errors to their messages, files to their names. */
function plain(value) {
  if (value instanceof Error) return { error: value.message };
  if (value?.data instanceof Blob) return { file: value.name };
  return JSON.parse(JSON.stringify(value ?? null));
}
