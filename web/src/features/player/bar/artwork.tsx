/** The cover of what plays, as large as its place. */
import { coverOf } from "../../../lib/cover-of";
import { deviceCover } from "../../../lib/device-covers";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import { Blur } from "../../../ui/blur";
import { Cover } from "../../../ui/cover";
import type { PlayerState } from "../player-state";

export function Artwork({ state: { file } }: { state: PlayerState }) {
  const given = coverOf(file, 1280);
  const small = thumbnailAddress(file, 320);
  // The bar has drawn the small one already.
  const drawn = small && small !== given.picture ? <img src={small} alt="" /> : null;
  // Without a network the large one never comes; the small one may be on this device.
  return (
    <Cover {...given} under={drawn ?? (file.thumbnail && <Blur hash={file.thumbnail.blurhash} />)}>
      {deviceCover(file) && drawn}
    </Cover>
  );
}
