import type { MoodropUploader } from "@moodrop/uploads/element";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

declare global {
  namespace JSX {
    interface IntrinsicElements {
      "moodrop-uploader": DetailedHTMLProps<HTMLAttributes<MoodropUploader>, MoodropUploader> & Record<string, unknown>;
    }
  }
}
