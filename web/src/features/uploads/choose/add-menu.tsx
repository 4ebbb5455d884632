/** The menu of all ways to add files. A chunk of its own, loaded with the first opening. */
import { Fragment } from "react";
import { words } from "../../../lib/words";
import Menu, { type MenuPlace } from "../../../ui/menu";
import type { OnFiles } from "./left-out";
import { useSources } from "./use-sources";

export interface AddMenuProps {
  /** Null while it is closed: it stays in the page, because the chosen files come to its inputs. */
  place: MenuPlace | null;
  accept: readonly string[];
  /** Open the file chooser. */
  onChoose: () => void;
  onFiles: OnFiles;
  onClose: () => void;
}

export default function AddMenu({ place, accept, onChoose, onFiles, onClose }: AddMenuProps) {
  const sources = useSources(accept, onFiles);
  const files = { icon: "plus" as const, text: words.add.choose, onChoose };
  const others = sources.map(({ icon, label, open }) => ({ icon, text: label, onChoose: open }));
  return (
    <>
      {sources.map(({ label, input }) => (
        <Fragment key={label}>{input}</Fragment>
      ))}
      {place && <Menu label={words.add.ways} place={place} groups={[{ items: [files, ...others] }]} onClose={onClose} />}
    </>
  );
}
