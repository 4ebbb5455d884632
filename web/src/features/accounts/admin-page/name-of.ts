import type { ManagedUser } from "./api";

/** How people recognise an account; a guest has an id alone. */
export function nameOf({ email, user_id }: ManagedUser): string {
  return email ?? user_id;
}
