/** A file's thumbnail at its own proportions. Its BlurHash holds the place until it has come. */
import { useState } from "react";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { Blur } from "../../../ui/blur";

export type Pictured = FileRecord & { thumbnail: NonNullable<FileRecord["thumbnail"]> };

export function hasThumbnail(file: FileRecord): file is Pictured {
  return Boolean(file.thumbnail);
}

/** CSS pixels. */
const TALLEST = 300;

export function LargePicture({ file, onBroken }: { file: Pictured; onBroken: () => void }) {
  const [drawn, setDrawn] = useState(false);
  const { width, height, blurhash } = file.thumbnail;
  const inlineSize = `min(100%, ${Math.min(width, (TALLEST * width) / height)}px)`;
  return (
    <div className="file-picture" style={{ inlineSize, aspectRatio: `${width} / ${height}` }}>
      {!drawn && <Blur hash={blurhash} />}
      <img src={thumbnailAddress(file, 1280) ?? ""} alt={titleOf(file)} onLoad={() => setDrawn(true)} onError={onBroken} />
    </div>
  );
}
