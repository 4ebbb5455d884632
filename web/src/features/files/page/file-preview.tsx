/** The file at a glance: its thumbnail, or the picture or film itself from a fresh address, or else its cover. */
import { useEffect, useState } from "react";
import { coverOf } from "../../../lib/cover-of";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { Blur } from "../../../ui/blur";
import { Cover } from "../../../ui/cover";
import { Icon } from "../../../ui/icon";
import { downloadAddress } from "../api";
import { iconOf, kindOf } from "../file-kind";
import { hasThumbnail, LargePicture } from "./large-picture";

export function FilePreview({ file }: { file: FileRecord }) {
  const kind = kindOf(file);
  const [broken, setBroken] = useState<string | null>(null);
  const [isUnplayable, setUnplayable] = useState(false);
  const pictured = (kind === "picture" || kind === "page" || isUnplayable) && hasThumbnail(file) && file.thumbnail.v !== broken;
  const url = useAddressOf(file.file_id, !file.threat && (kind === "video" || (kind === "picture" && !pictured)));
  if (pictured) return <LargePicture key={file.thumbnail.v} file={file} onBroken={() => setBroken(file.thumbnail.v)} />;
  if (kind === "picture" && url) return <img className="file-picture" src={url} alt={titleOf(file)} />;
  if (kind === "video" && url) return <Film file={file} url={url} onUnplayable={() => setUnplayable(true)} />;
  const icon = iconOf(kind);
  return (
    <div className="file-cover">
      <Cover {...coverOf(file, 320)} under={file.thumbnail && <Blur hash={file.thumbnail.blurhash} />}>
        {icon && <Icon name={icon} size={56} />}
      </Cover>
    </div>
  );
}

/** The original. What only the player can play, by its renditions, is shown as a picture. */
function Film({ file, url, onUnplayable }: { file: FileRecord; url: string; onUnplayable: () => void }) {
  const poster = thumbnailAddress(file, 1280) ?? undefined;
  return (
    <video className="file-picture" src={url} poster={poster} aria-label={titleOf(file)} controls preload="metadata" onError={onUnplayable} />
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
