/** The pictures that a person shows of themselves; without one, the first letter of the name, or nothing. */
import { useState } from "react";
import { config } from "../../config";
import type { User } from "./api";
import "./avatar.css";

export function Avatar({ user, size }: { user: User; size: number }) {
  const address = user.avatar_id && pictureAddress(user.avatar_id);
  const [broken, setBroken] = useState<string | null>(null);
  const [initial = ""] = (user.name ?? user.email ?? "").trim();
  return (
    <span className="avatar" style={{ inlineSize: size, blockSize: size, fontSize: size * 0.45 }} aria-hidden="true">
      {address && address !== broken ? (
        <img src={address} alt="" decoding="async" onError={() => setBroken(address)} />
      ) : (
        initial.toUpperCase()
      )}
    </span>
  );
}

/** Draws nothing but a plain surface if there is no picture. */
export function CoverPicture({ user }: { user: User }) {
  const address = user.cover_id && pictureAddress(user.cover_id);
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <span className="account-cover" aria-hidden="true">
      {address && address !== broken && <img src={address} alt="" decoding="async" onError={() => setBroken(address)} />}
    </span>
  );
}

/** The picture's own address, not that of the account's picture: browsers would go on showing the one before. */
function pictureAddress(file_id: string): string {
  return `${config.apiOrigin}/v1/files/${encodeURIComponent(file_id)}/download?redirect=1&disposition=inline`;
}
