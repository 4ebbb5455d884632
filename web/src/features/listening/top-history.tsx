/** The way to one's history, in the top bar. */
import { PlaceLink } from "../../ui/place-link";
import { useListeningWords } from "./listening-words";
import "./top-history.css";

export default function TopHistory() {
  const words = useListeningWords();
  return (
    <PlaceLink to="/history" className="top-history">
      {words.title}
    </PlaceLink>
  );
}
