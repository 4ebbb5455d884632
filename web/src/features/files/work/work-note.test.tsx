import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { ORIGIN, server } from "../../../testing/server";
import { WorkNote } from "./work-note";
import { loadWorkWords } from "./work-words";

const failed = aFile({ file_id: "a", media_state: "failed" });

function aService() {
  const retried: string[] = [];
  const job = { file_id: "a", kind: "image", state: "failed", reason: "encrypted", detail: "no key <b>" };
  const jobs = [job, { ...job, kind: "probe", state: "done" }, { ...job, kind: "webhook", reason: "refused_by_receiver" }, { ...job, kind: "pdf", reason: "new_one", detail: null }];
  server.use(
    http.get(`${ORIGIN}/v1/files/a/jobs`, () => HttpResponse.json({ jobs, workers: 1 })),
    http.post<{ kind: string }>(`${ORIGIN}/v1/files/a/jobs/:kind/retry`, ({ params }) => {
      retried.push(params.kind);
      return HttpResponse.json({ ...job, state: "queued" }, { status: 202 });
    }),
  );
  return retried;
}

test("what failed is named with its reason and the tool's words, and can be tried again", async () => {
  const retried = aService();
  const onRetried = vi.fn<() => void>();
  await loadWorkWords();
  render(<WorkNote file={failed} mayRetry onRetried={onRetried} />);

  expect(await screen.findByText("It is protected by a password.")).toBeVisible();
  expect(screen.getByText("no key <b>")).toBeInTheDocument();
  expect(screen.getByText("Something went wrong.")).toBeVisible();
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  await userEvent.click(screen.getByRole("button", { name: "Retry: Thumbnail" }));

  await waitFor(() => expect(onRetried).toHaveBeenCalledOnce());
  expect(retried).toEqual(["image"]);
});

test("somebody else's file can be looked at, not retried", async () => {
  aService();
  await loadWorkWords();
  render(<WorkNote file={failed} mayRetry={false} onRetried={() => undefined} />);

  expect(await screen.findByText("It is protected by a password.")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

test("a threat is named", async () => {
  await loadWorkWords();
  render(<WorkNote file={aFile({ threat: "Eicar-Test" })} mayRetry onRetried={() => undefined} />);

  expect(screen.getByRole("region", { name: "The virus scanner found Eicar-Test in this file." })).toBeVisible();
});
