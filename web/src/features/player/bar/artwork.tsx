/** The cover of what plays, as large as its place. */
import { coverOf } from "../../../lib/cover-of";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import { Blur } from "../../../ui/blur";
import { Cover } from "../../../ui/cover";
import type { PlayerState } from "../player-state";

export function Artwork({ state: { file } }: { state: PlayerState }) {
  const given = coverOf(file, 1280);
  const small = thumbnailAddress(file, 320);
  // The bar has drawn the small one already.
  const under = small && small !== given.picture ? <img src={small} alt="" /> : file.thumbnail && <Blur hash={file.thumbnail.blurhash} />;
  return <Cover {...given} under={under} />;
}
