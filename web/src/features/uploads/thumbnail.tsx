/** A small picture of a chosen file: its own, or the icon of its kind. */
import type { Draft } from "@moodrop/uploads";
import { useEffect, useState } from "react";
import { moodHue } from "../../lib/moods";
import { Cover } from "../../ui/cover";
import { Icon, type IconName } from "../../ui/icon";
import "./thumbnail.css";

const ICONS: Readonly<Record<string, IconName>> = { image: "picture", video: "film", application: "page" };

export function Thumbnail({ draft }: { draft: Draft }) {
  const { content_type, fingerprint, meta } = draft;
  const url = useObjectUrl(meta.cover);
  const icon = ICONS[content_type.split("/")[0] ?? ""];
  return (
    <Cover seed={fingerprint} hue={moodHue(meta.mood)}>
      {url ? <img className="thumbnail" src={url} alt="" /> : icon && <Icon name={icon} />}
    </Cover>
  );
}

/** Return an object URL for the bytes, for as long as the component is drawn. */
function useObjectUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return undefined;
    const made = URL.createObjectURL(blob);
    // oxlint-disable-next-line react/set-state-in-effect -- an object URL is a resource: the effect creates and revokes it
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(null);
    };
  }, [blob]);
  return url;
}
