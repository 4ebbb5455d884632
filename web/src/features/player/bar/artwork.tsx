/** The cover of what plays, as large as its place. */
import { moodHue } from "../../../lib/moods";
import { thumbnailAddress } from "../../../lib/thumbnail-address";
import { Blur } from "../../../ui/blur";
import { Cover } from "../../../ui/cover";
import type { PlayerState } from "../player-state";

export function Artwork({ state: { file, status } }: { state: PlayerState }) {
  const [small, large] = [thumbnailAddress(file, 320), thumbnailAddress(file, 1280)];
  // The bar has drawn the small one already.
  const under = small && small !== large ? <img src={small} alt="" /> : file.thumbnail && <Blur hash={file.thumbnail.blurhash} />;
  return <Cover seed={file.file_id} hue={moodHue(file.mood ?? "other")} moving={status === "playing"} picture={large} under={under} />;
}
