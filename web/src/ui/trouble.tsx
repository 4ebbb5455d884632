/** An error: what happened, what to do, and one button. */
import { Button } from "./button";
import { Icon } from "./icon";
import "./trouble.css";

export interface TroubleProps {
  problem: { detail: string; hint: string };
  action: string;
  onAction: () => void;
}

export function Trouble({ problem, action, onAction }: TroubleProps) {
  return (
    <div className="trouble">
      <Icon name="alert" size={28} />
      <p className="trouble-detail">{problem.detail}</p>
      {problem.hint && <p className="soft">{problem.hint}</p>}
      <Button icon="retry" onClick={onAction}>
        {action}
      </Button>
    </div>
  );
}
