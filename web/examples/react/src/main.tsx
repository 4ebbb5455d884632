import { percent } from "@moodrop/uploads";
import { useMoodropUploads } from "@moodrop/uploads/react";
import { createRoot } from "react-dom/client";

function App() {
  const { drafts, uploads, add, start, pause, resume, remove } = useMoodropUploads();
  return (
    <main>
      <input type="file" multiple aria-label="Files" onChange={(event) => add([...(event.target.files ?? [])], { mood: "happy" })} />
      <button onClick={start}>Upload {drafts.length}</button>
      <ul>
        {uploads.map((upload) => {
          const { local_id, filename, track } = upload;
          const paused = track.status === "paused" || track.status === "failed";
          return (
            <li key={local_id}>
              {filename}: {track.status} <progress aria-label={filename} max={100} value={percent(upload)} />
              {track.status !== "done" && (
                <button onClick={() => (paused ? resume : pause)(local_id)}>{paused ? "Resume" : "Pause"}</button>
              )}
              <button onClick={() => remove(local_id)}>Remove</button>
            </li>
          );
        })}
      </ul>
    </main>
  );
}

createRoot(document.body).render(<App />);
