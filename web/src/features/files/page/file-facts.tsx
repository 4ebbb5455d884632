/** What there is to know about a file: at a glance, and folded below. */
import { formatBytes } from "../../../lib/bytes";
import { clock, exactTime } from "../../../lib/format";
import { moodName, moodShape } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Shape } from "../../../ui/shape";

/** Its mood and its length. */
export function Glance({ file: { mood, duration_seconds } }: { file: FileRecord }) {
  if (!mood && duration_seconds === null) return null;
  return (
    <p className="file-glance soft numbers">
      {mood && (
        <span className="file-glance-mood">
          <Shape name={moodShape(mood)} />
          {moodName(mood)}
        </span>
      )}
      {duration_seconds !== null && <span>{clock(Math.round(duration_seconds))}</span>}
    </p>
  );
}

export function Facts({ file }: { file: FileRecord }) {
  const { added, type, size, name, checksum } = words.page.facts;
  const facts = [
    [added, exactTime(file.confirmed_at)],
    [type, file.content_type],
    [size, formatBytes(file.size_bytes)],
    [name, file.filename],
    [checksum, file.checksum && `${file.checksum.algorithm} ${file.checksum.value_base64}`],
  ] as const;
  return (
    <details className="file-facts">
      <summary>{words.page.details}</summary>
      <dl>
        {facts.map(([term, value]) => value !== null && (
          <div key={term}>
            <dt className="soft">{term}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
