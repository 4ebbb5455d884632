/** The panel that a form of accounts stands in. */
import type { ReactNode } from "react";
import "../../ui/card.css";

export interface CardProps {
  title: string;
  lead?: ReactNode;
  /** Links and quieter buttons below the form. */
  below?: ReactNode;
  children?: ReactNode;
}

export function Card({ title, lead, below, children }: CardProps) {
  return (
    <section className="card">
      <h2>{title}</h2>
      {lead && <p className="soft">{lead}</p>}
      {children}
      {below && <div className="account-below">{below}</div>}
    </section>
  );
}
