/** Calls of administrators. They show accounts and what happened to them, never anybody's files. */
import type { components, Json, paths } from "@moodrop/uploads/client";
import { request } from "../request";

export type ManagedUser = components["schemas"]["ManagedUser"];
export type UserQuota = NonNullable<ManagedUser["quota"]>;
/** What is left out stays; a limit of null is no limit, and a quota of null is everybody's. */
export interface UserEdit {
  disabled?: boolean;
  roles?: "admin"[];
  quota?: Partial<components["schemas"]["QuotaRequest"]> | null;
}
type UsersPage = Json<paths["/api/admin/users"]["get"]["responses"][200]>;
type EventsPage = Json<paths["/api/admin/audit"]["get"]["responses"][200]>;
export type AuditedEvent = EventsPage["events"][number];

/** A part of a list, and the cursor of the next one. */
export interface Part<T> {
  items: readonly T[];
  next: string | null;
}

export async function findUsers(q: string, cursor: string | null): Promise<Part<ManagedUser>> {
  const { users, next_cursor } = await request<UsersPage>("GET", addressOf("/api/admin/users", { q, cursor }));
  return { items: users, next: next_cursor };
}

export async function listEvents(user_id: string, cursor: string | null): Promise<Part<AuditedEvent>> {
  const { events, next_cursor } = await request<EventsPage>("GET", addressOf("/api/admin/audit", { user_id, cursor }));
  return { items: events, next: next_cursor };
}

export async function editUser(user_id: string, edit: UserEdit): Promise<ManagedUser> {
  return (await request<{ user: ManagedUser }>("PATCH", userAddress(user_id), edit)).user;
}

/** Delete an account with all its files, for good. */
export async function deleteUser(user_id: string): Promise<ManagedUser> {
  return (await request<{ user: ManagedUser }>("DELETE", userAddress(user_id))).user;
}

function userAddress(user_id: string): string {
  return `/api/admin/users/${user_id.split("/").map(encodeURIComponent).join("/")}`;
}

function addressOf(path: string, query: Readonly<Record<string, string | null>>): string {
  const params = new URLSearchParams({ limit: "50" });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  return `${path}?${params}`;
}
