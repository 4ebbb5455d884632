import { percent } from "@moodrop/uploads";
import "@moodrop/uploads/element";
import type { MoodropUploader } from "@moodrop/uploads/element";
import { useMoodropUploads } from "@moodrop/uploads/react";
import { StrictMode, useEffect, useRef, useState, version } from "react";
import { createRoot } from "react-dom/client";

const SERVICE = "https://files.example.com";

/** React 18 sets attributes alone, so properties and events need a ref. React 19 takes both as props. */
function Uploader() {
  const uploader = useRef<MoodropUploader>(null);
  const [last, setLast] = useState("");

  useEffect(() => {
    const stop = new AbortController();
    uploader.current?.addEventListener("upload-complete", ({ detail }) => setLast(`${detail.filename} is ${detail.file_id}`), {
      signal: stop.signal,
    });
    return () => stop.abort();
  }, []);

  return (
    <>
      <moodrop-uploader ref={uploader} service-url={SERVICE} multiple="" />
      <output aria-label="Last file">{last}</output>
    </>
  );
}

function Hook() {
  const { drafts, uploads, add, start } = useMoodropUploads({ baseUrl: SERVICE });
  return (
    <section aria-label="With the hook">
      <input type="file" multiple aria-label="Files" onChange={({ target }) => add([...(target.files ?? [])], { mood: "happy" })} />
      <button onClick={start}>Start {drafts.length}</button>
      {uploads.map((upload) => (
        <p key={upload.local_id}>
          {upload.filename}: {percent(upload)} %
        </p>
      ))}
    </section>
  );
}

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <main>
        <h1>React {version}</h1>
        <Uploader />
        <Hook />
      </main>
    </StrictMode>,
  );
}
