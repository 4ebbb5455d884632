/** An error boundary for one part of the page: if it throws or cannot load, the rest goes on and the boundary says what helps. */
import { Component, type ReactNode } from "react";
import { checkStale, stale } from "../lib/stale";
import { useStore } from "../lib/store";
import { words } from "../lib/words";
import { Button, IconButton } from "./button";
import { Icon } from "./icon";
import "./boundary.css";

export interface BoundaryProps {
  children: ReactNode;
  /** Show nothing if it fails, as for a drawing behind the seek bar. */
  quiet?: boolean;
  /** Called before it is tried again. */
  onRetry?: (() => void) | undefined;
  /** Closes the part. */
  onClose?: (() => void) | undefined;
}

export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(): void {
    void checkStale();
  }

  readonly #retry = (): void => {
    this.props.onRetry?.();
    this.setState({ failed: false });
  };

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return this.props.quiet ? null : <PartTrouble onRetry={this.#retry} onClose={this.props.onClose} />;
  }
}

function PartTrouble({ onRetry, onClose }: { onRetry: () => void; onClose: (() => void) | undefined }) {
  const isStale = useStore(stale);
  return (
    <div className="part-trouble" role="alert">
      <Icon name="alert" />
      <p>{isStale ? words.parts.stale : words.parts.failed}</p>
      <Button className="button-small" icon="retry" onClick={isStale ? reload : onRetry}>
        {isStale ? words.parts.reload : words.files.again}
      </Button>
      {onClose && <IconButton icon="close" size={16} label={words.parts.close} onClick={onClose} />}
    </div>
  );
}

export function reload(): void {
  location.reload();
}
