/** After signing in: whether the files that this browser added as a guest come along. */
import { announce } from "../../lib/announce";
import { Button } from "../../ui/button";
import { useAccountWords } from "./account-words";
import { adoptGuest } from "./api";
import { Card } from "./card";
import { AccountForm } from "./form";

export function Adopt({ files, onDone }: { files: number; onDone: () => void }) {
  const words = useAccountWords();
  const begun = () => {
    announce(words.adopt.begun, { shown: true });
    onDone();
  };
  return (
    <Card title={words.adopt.title} lead={words.adopt.lead(files)}>
      <AccountForm submit={words.adopt.yes} send={adoptGuest} onDone={begun} aside={<Button onClick={onDone}>{words.adopt.no}</Button>} />
    </Card>
  );
}
