/** The file at a glance: the picture or film itself, from a fresh address, or else its cover. */
import { useEffect, useState } from "react";
import { coverAddress } from "../../../lib/cover-address";
import { moodHue } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import { Cover } from "../../../ui/cover";
import { Icon } from "../../../ui/icon";
import { downloadAddress } from "../api";
import { iconOf, kindOf, titleOf } from "../file-kind";

export function FilePreview({ file }: { file: FileRecord }) {
  const kind = kindOf(file);
  const url = useAddressOf(file.file_id, kind === "picture" || kind === "video");
  if (kind === "picture" && url) return <img className="file-picture" src={url} alt={titleOf(file)} />;
  if (kind === "video" && url) return <video className="file-picture" src={url} aria-label={titleOf(file)} controls preload="metadata" />;
  const icon = iconOf(kind);
  return (
    <div className="file-cover">
      <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} picture={coverAddress(file)}>
        {icon && <Icon name={icon} size={56} />}
      </Cover>
    </div>
  );
}

/** Null until the address is there, and if there is none: the page then shows the icon. */
function useAddressOf(file_id: string, needed: boolean): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!needed) return undefined;
    let current = true;
    downloadAddress(file_id, "inline").then(
      (download) => {
        if (current) setUrl(download.url);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [file_id, needed]);
  return url;
}
