/** The two pictures that a person shows of themselves: choose, change, remove. */
import { ApiError, StoreError } from "@moodrop/uploads";
import { useRef, useState } from "react";
import { announce } from "../../../lib/announce";
import { failureInWords } from "../../../lib/failure-words";
import { words as pageWords } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { useAccountWords } from "../account-words";
import { editAccount, type User } from "../api";
import { askAuth } from "../auth-state";
import { Avatar, CoverPicture } from "../avatar";

const AVATAR_SIDE = 512;
const COVER_SIDE = 1600;

type PictureField = "avatar_id" | "cover_id";

export function Pictures({ user }: { user: User }) {
  const words = useAccountWords();
  return (
    <section className="account-part">
      <h3>{words.pictures.title}</h3>
      <p className="soft">{words.pictures.lead}</p>
      <PictureRow user={user} field="avatar_id" label={words.pictures.avatar} side={AVATAR_SIDE} />
      <PictureRow user={user} field="cover_id" label={words.pictures.cover} side={COVER_SIDE} />
    </section>
  );
}

interface PictureRowProps {
  user: User;
  field: PictureField;
  label: string;
  /** Sent at most this wide and high, in px. */
  side: number;
}

function PictureRow({ user, field, label, side }: PictureRowProps) {
  const words = useAccountWords();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const isSet = user[field] !== null;

  const change = async (picture: File | null) => {
    setBusy(true);
    try {
      await editAccount({ [field]: picture && (await send(picture, label, side)) });
      await askAuth();
      announce(words.form.saved, { shown: true });
    } catch (error) {
      announce(reasonOf(error, picture), { shown: true });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="account-picture" aria-busy={busy}>
      {field === "avatar_id" ? <Avatar user={user} size={64} /> : <CoverPicture user={user} />}
      <div>
        <p>{label}</p>
        <div className="account-form-end">
          <input
            ref={input}
            type="file"
            accept="image/*"
            hidden
            aria-label={label}
            onChange={(event) => {
              const [picture] = event.target.files ?? [];
              event.target.value = "";
              if (picture) void change(picture);
            }}
          />
          <Button
            className="button-small"
            icon="picture"
            aria-disabled={busy}
            aria-label={isSet ? words.pictures.changeOne(label) : words.pictures.chooseOne(label)}
            onClick={() => !busy && input.current?.click()}
          >
            {busy ? words.form.busy : isSet ? words.pictures.change : words.pictures.choose}
          </Button>
          {isSet && (
            <Button
              className="button-small"
              icon="trash"
              aria-disabled={busy}
              aria-label={words.pictures.removeOne(label)}
              onClick={() => !busy && void change(null)}
            >
              {words.pictures.remove}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** Uploading is loaded when the first picture is chosen. */
async function send(picture: File, title: string, side: number): Promise<string> {
  const { sendPicture } = await import("./send-picture");
  return sendPicture(picture, title, side);
}

function reasonOf(error: unknown, picture: File | null): string {
  if (error instanceof ApiError || error instanceof StoreError) return failureInWords(error).detail;
  return pageWords.add.unreadable(picture?.name ?? "");
}
