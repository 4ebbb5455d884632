/** What is shown while files hover: a field for each mood, where they start at once, and one to edit them first. */
import { moodHue, moodName, moodShape, type Mood } from "../../../lib/moods";
import { words } from "../../../lib/words";
import { Shape } from "../../../ui/shape";
import "./drop-fields.css";

export interface DropFieldsProps {
  moods: readonly Mood[];
  limits: string;
  /** The mood that the files hover over; undefined: none. */
  over: Mood | undefined;
}

export function DropFields({ moods, limits, over }: DropFieldsProps) {
  return (
    <section className="drop-zone" data-hue="all" aria-label={words.add.button}>
      <p className="drop-zone-title">{words.add.drop}</p>
      <div className="drop-fields">
        {moods.map((mood) => (
          <div key={mood} className="drop-field" data-hue={moodHue(mood)} data-drop-mood={mood} data-over={over === mood || undefined}>
            <Shape name={moodShape(mood)} size={56} />
            <p className="drop-field-name">{moodName(mood)}</p>
          </div>
        ))}
      </div>
      <div className="drop-edit" data-over={over === undefined || undefined}>
        <p className="drop-edit-name">{words.add.editFirst}</p>
        <p className="soft">{limits}</p>
      </div>
    </section>
  );
}
