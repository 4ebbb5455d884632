import { percent } from "@moodrop/uploads";
import { useMoodropUploads } from "@moodrop/uploads/react";
import { createRoot } from "react-dom/client";

function App() {
  const { drafts, uploads, add, start, pause, resume, remove } = useMoodropUploads();
  return (
    <main>
      <input type="file" multiple aria-label="Files" onChange={({ target }) => add([...(target.files ?? [])], { mood: "happy" })} />
      <button onClick={start}>Upload {drafts.length}</button>
      <ul>
        {uploads.map((upload) => (
          <li key={upload.local_id}>
            {upload.filename}: {upload.progress.status}
            <progress aria-label={upload.filename} max={100} value={percent(upload)} />
            <button onClick={() => pause(upload.local_id)}>Pause</button>
            <button onClick={() => resume(upload.local_id)}>Resume</button>
            <button onClick={() => remove(upload.local_id)}>Remove</button>
          </li>
        ))}
      </ul>
    </main>
  );
}

createRoot(document.body).render(<App />);
