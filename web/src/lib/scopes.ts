/** What the person may do here. The page offers nothing else; the service checks each call itself. */
import type { Session } from "./types";

export type Scope = "uploads:write" | "files:read" | "files:write";

export function may(session: Session, scope: Scope): boolean {
  return session.scopes.includes(scope) || session.scopes.includes("admin");
}
