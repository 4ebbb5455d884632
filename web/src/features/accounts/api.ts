/** Calls about accounts and signing in. A wrong password is an answer here, not the end of a session. */
import type { components, Json, paths } from "@moodrop/uploads/client";
import { unwrap } from "@moodrop/uploads/client";
import { client } from "../../lib/http";
import type { Session } from "../../lib/types";
import { request } from "./request";

type Shapes = components["schemas"];
export type AuthSession = Shapes["AuthSessionAnswer"];
export type User = Shapes["UserAnswer"];
export type Registration = Shapes["RegisterRequest"];
export type ApiKey = Json<paths["/api/auth/api-keys"]["get"]["responses"][200]>["api_keys"][number];
export type NewApiKey = Json<paths["/api/auth/api-keys"]["post"]["responses"][201]>;
export type OwnSession = Shapes["OwnSession"];
export type OwnEvent = Shapes["OwnEvent"];
/** What the caller may hold, and what is left. Null means no such limit. */
export type Quota = NonNullable<Session["quota"]>;
export type WaitingTerminal = Json<paths["/api/auth/device/{user_code}"]["get"]["responses"][200]>;

/** The mailed code with its address, or the token of the mailed link. */
export type Proof = { email: string; code: string } | { token: string };

export function getAuthSession(): Promise<AuthSession> {
  return request("GET", "/api/auth/session");
}

export function register(body: Registration): Promise<Shapes["RegisterAnswer"]> {
  return request("POST", "/api/auth/register", body);
}

export function verifyEmail(body: Proof & { password?: string; verification_token?: string }): Promise<AuthSession> {
  return request("POST", "/api/auth/verify-email", body);
}

export function signIn(email: string, password: string): Promise<AuthSession> {
  return request("POST", "/api/auth/login", { email: email.trim(), password });
}

export function sendCode(email: string, language: string): Promise<{ email: string }> {
  return request("POST", "/api/auth/otp/send", { email: email.trim(), language });
}

export function signInByCode(proof: Proof): Promise<AuthSession> {
  return request("POST", "/api/auth/otp/verify", proof);
}

export function startAsGuest(): Promise<AuthSession> {
  return request("POST", "/api/auth/guest");
}

/** Have the files moved that this browser had as a guest. */
export function adoptGuest(): Promise<void> {
  return request("POST", "/api/auth/guest/adopt");
}

/** Return the address at the provider to go to. */
export function startAtProvider(provider: string, next: string, keep_guest: boolean): Promise<{ url: string }> {
  return request("POST", "/api/auth/login", { provider, next, keep_guest });
}

export function forgotPassword(email: string, language: string): Promise<void> {
  return request("POST", "/api/auth/password/forgot", { email, language });
}

export function resetPassword(body: Proof & { password: string }): Promise<void> {
  return request("POST", "/api/auth/password/reset", body);
}

/** The most files that one call lists. */
const COUNTED = 200;

/** Return how many files the caller has; null for more than one call lists. */
export async function countFiles(): Promise<number | null> {
  const page = await unwrap(client.GET("/v1/files", { params: { query: { limit: COUNTED } } }));
  return page.next_cursor === null ? page.files.length : null;
}

export function getTerminal(user_code: string): Promise<WaitingTerminal> {
  return request("GET", `/api/auth/device/${encodeURIComponent(user_code.trim())}`);
}

export function answerTerminal(user_code: string, allow: boolean): Promise<void> {
  return request("POST", "/api/auth/device/approve", { user_code, allow });
}

/** What is left out stays; null removes it. */
export function editAccount(changes: Partial<Pick<User, "name" | "language" | "avatar_id" | "cover_id">>): Promise<User> {
  return request("PATCH", "/api/auth/account", changes);
}

export function setPassword(password: string): Promise<void> {
  return request("POST", "/api/auth/password", { password });
}

/** Show again who one is. The session has a new id afterwards. */
export function reauthenticate(proof: { password: string } | { code: string }): Promise<AuthSession> {
  return request("POST", "/api/auth/reauthenticate", proof);
}

/** Mail a code for `reauthenticate`. */
export function sendOwnCode(): Promise<void> {
  return request("POST", "/api/auth/reauthenticate/send");
}

/** Mail a code to another address. */
export function askForEmail(email: string): Promise<void> {
  return request("POST", "/api/auth/email", { email });
}

export function verifyNewEmail(email: string, code: string): Promise<AuthSession> {
  return request("POST", "/api/auth/email/verify", { email, code });
}

export async function listSessions(): Promise<OwnSession[]> {
  return (await request<Shapes["SessionsAnswer"]>("GET", "/api/auth/sessions")).sessions;
}

export function endSession(session_id: string): Promise<void> {
  return request("DELETE", `/api/auth/sessions/${session_id}`);
}

export function endOtherSessions(): Promise<void> {
  return request("DELETE", "/api/auth/sessions?others=1");
}

/** The newest come first. */
export async function listEvents(): Promise<OwnEvent[]> {
  return (await request<Shapes["AuditAnswer"]>("GET", "/api/auth/account/audit")).events;
}

export async function listKeys(): Promise<ApiKey[]> {
  return (await request<Shapes["ApiKeysAnswer"]>("GET", "/api/auth/api-keys")).api_keys;
}

export function makeKey(asked: { name: string; scopes: string[]; expires_in: number }): Promise<NewApiKey> {
  return request("POST", "/api/auth/api-keys", asked);
}

export function revokeKey(key_id: string): Promise<void> {
  return request("DELETE", `/api/auth/api-keys/${key_id}`);
}

/** Delete the account. Its address is typed again, because there is no way back. */
export function leaveForGood(email: string): Promise<void> {
  return request("POST", "/api/auth/account/leave", { email });
}

/** Return what the caller may hold; null if there is no limit here. */
export async function getQuota(): Promise<Quota | null> {
  return (await unwrap(client.GET("/v1/session"))).quota;
}

export async function listIdentities(): Promise<Shapes["IdentityAnswer"][]> {
  return (await request<Shapes["IdentitiesAnswer"]>("GET", "/api/auth/identities")).identities;
}

/** Return the address at the provider to go to; it leads back to the account. */
export function linkProvider(provider: string): Promise<{ url: string }> {
  return request("POST", "/api/auth/identities", { provider, next: "/account?tab=security" });
}

export function unlinkProvider(provider: string): Promise<void> {
  return request("DELETE", `/api/auth/identities/${provider}`);
}
