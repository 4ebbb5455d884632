/** What the person may do here: what they may not is not offered. The service checks each call by itself. */
import type { Session } from "./types";

export type Scope = "uploads:write" | "files:read" | "files:write";

export function may(session: Session, scope: Scope): boolean {
  return session.scopes.includes(scope) || session.scopes.includes("admin");
}
