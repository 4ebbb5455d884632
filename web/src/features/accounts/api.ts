/** Calls about accounts and signing in. A wrong password is an answer here, not the end of a session. */
import type { components, Json, paths } from "@moodrop/uploads/client";
import { unwrap } from "@moodrop/uploads/client";
import { client } from "../../lib/http";
import { request } from "./request";

type Shapes = components["schemas"];
export type AuthSession = Shapes["AuthSessionAnswer"];
export type User = Shapes["UserAnswer"];
export type Registration = Shapes["RegisterRequest"];
export type ApiKey = Json<paths["/api/auth/api-keys"]["get"]["responses"][200]>["api_keys"][number];
export type NewApiKey = Json<paths["/api/auth/api-keys"]["post"]["responses"][201]>;
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
export function startAtProvider(provider: string): Promise<{ url: string }> {
  return request("POST", "/api/auth/login", { provider });
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
