/** What most songs are mastered to or above, in LUFS (EBU R 128). Quieter ones stay as they are. */
const TARGET_LUFS = -16;

/**
 * Return the factor that brings a loudness down to the target; 1 for what is not louder, or unknown.
 *
 * Never above 1: what does not clip in the file does not clip here, whatever its peaks.
 */
export function gainOf(loudness_lufs: number | null): number {
  return loudness_lufs === null ? 1 : 10 ** (Math.min(0, TARGET_LUFS - loudness_lufs) / 20);
}
