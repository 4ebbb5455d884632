/** Links to a file: a permanent one for whoever may read here, and a temporary one for whoever has it. */
import { useState } from "react";
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { copyText } from "../../../lib/clipboard";
import { exactTime } from "../../../lib/format";
import { inWords } from "../../../lib/problem-words";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { lazyPart } from "../../../ui/lazy-part";
import { downloadAddress } from "../api";
import "./share.css";

const QrCode = lazyPart(() => import("./qr-code"));

/** Seconds. A signature lasts a week at most. */
const LIVES = { hour: 3600, day: 86_400, week: 604_800 } as const;
type Life = keyof typeof LIVES;
const LIFE_NAMES: readonly Life[] = ["hour", "day", "week"];

interface Link {
  url: string;
  note: string;
}

export interface ShareProps {
  file: FileRecord;
  /** Null if the person may not publish it. */
  onPublish: (() => void) | null;
}

export function Share({ file, onPublish }: ShareProps) {
  const [life, setLife] = useState<Life>("day");
  const [link, setLink] = useState<Link | null>(null);
  const title = titleOf(file);

  const make = async () => {
    try {
      const { url, expires_at } = await downloadAddress(file.file_id, "inline", LIVES[life]);
      setLink({ url, note: words.page.until(exactTime(expires_at)) });
    } catch (error) {
      announce(inWords(asApiError(error)).detail, { shown: true });
    }
  };

  return (
    <section className="share" aria-label={words.page.share}>
      <h3>{words.page.share}</h3>
      {file.visibility === "public" ? (
        <LinkField
          label={words.page.stable}
          title={title}
          link={{ url: `${location.origin}/files/${file.file_id}`, note: words.page.stableHint }}
        />
      ) : (
        <div className="share-private">
          <p className="soft">{words.page.privateHint}</p>
          {onPublish && (
            <Button className="button-small" onClick={onPublish}>
              {words.page.makePublic}
            </Button>
          )}
        </div>
      )}
      <div className="share-make">
        <label className="edit-field">
          {words.page.expiresAfter}
          <select value={life} onChange={(event) => setLife(LIFE_NAMES.find((name) => name === event.target.value) ?? "day")}>
            {LIFE_NAMES.map((name) => (
              <option key={name} value={name}>
                {words.page.lives[name]}
              </option>
            ))}
          </select>
        </label>
        <Button icon="link" onClick={() => void make()}>
          {words.page.create}
        </Button>
      </div>
      {link && <LinkField label={words.page.temporary} title={title} link={link} />}
    </section>
  );
}

function LinkField({ label, title, link: { url, note } }: { label: string; title: string; link: Link }) {
  return (
    <div className="share-link">
      <label className="edit-field">
        {label}
        <input readOnly dir="ltr" value={url} onFocus={(event) => event.target.select()} />
        <small>{note}</small>
      </label>
      <div className="share-verbs">
        <Button className="button-small" icon="link" onClick={() => void copy(url)}>
          {words.page.copy}
        </Button>
        {"share" in navigator && (
          <Button className="button-small" icon="share" onClick={() => void send(title, url)}>
            {words.page.send}
          </Button>
        )}
      </div>
      <QrCode text={url} label={words.page.code} />
    </div>
  );
}

async function copy(url: string): Promise<void> {
  try {
    await copyText(url);
    announce(words.files.copied, { shown: true });
  } catch {
    announce(words.files.copyFailed, { shown: true });
  }
}

/** A person who closes the system's share sheet has changed their mind: say nothing. */
async function send(title: string, url: string): Promise<void> {
  await navigator.share({ title, url }).catch(() => undefined);
}
