/** Calls about passkeys: the service's options go to the browser, and its answer back to the service. */
import type { components } from "@moodrop/uploads/client";
import type { AuthSession } from "../api";
import { request } from "../request";
import { askForPasskey, createPasskey, type CreationOptions, type RequestOptions } from "./authenticator";

type Shapes = components["schemas"];
export type Passkey = Shapes["PasskeyAnswer"];

export async function signInByPasskey(): Promise<AuthSession> {
  const { options } = await request<{ options: RequestOptions }>("POST", "/api/auth/passkey/options");
  return request("POST", "/api/auth/passkey/login", { credential: await askForPasskey(options) });
}

/** Show again who one is. The session has a new id afterwards. */
export async function confirmByPasskey(): Promise<AuthSession> {
  const { options } = await request<{ options: RequestOptions }>("POST", "/api/auth/reauthenticate/passkey");
  return request("POST", "/api/auth/reauthenticate", { passkey: await askForPasskey(options) });
}

export async function listPasskeys(): Promise<Passkey[]> {
  return (await request<Shapes["PasskeysAnswer"]>("GET", "/api/auth/passkeys")).passkeys;
}

export async function addPasskey(name: string): Promise<void> {
  const { options } = await request<{ options: CreationOptions }>("POST", "/api/auth/passkeys/options");
  await request("POST", "/api/auth/passkeys", { ...(name && { name }), credential: await createPasskey(options) });
}

export function removePasskey(passkey_id: string): Promise<void> {
  return request("DELETE", `/api/auth/passkeys/${passkey_id}`);
}
