/**
 * Asks the browser to make or to use a passkey. The service speaks WebAuthn's JSON; it is read and written here, because
 * the browsers' own functions for it are younger than passkeys, and password managers do not all have them.
 */
import { ApiError } from "../../../lib/api-error";

type Descriptor = Omit<PublicKeyCredentialDescriptor, "id"> & { id: string };
/** The browser's options, with base64url in place of bytes. */
export type CreationOptions = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
};
export type RequestOptions = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
  challenge: string;
  allowCredentials?: Descriptor[];
};

/** As browsers return it. Those of password managers are of no class. */
interface ReturnedCredential<R> {
  rawId: ArrayBuffer;
  type: string;
  response: R;
}

/** Why there is no passkey, by the name of the browser's exception. */
const CODE_OF: Readonly<Record<string, string>> = {
  NotAllowedError: "passkey_cancelled",
  InvalidStateError: "passkey_exists",
};

export function hasPasskeys(): boolean {
  return isSecureContext && "PublicKeyCredential" in globalThis;
}

/** Where passkeys work, if this page is open at an IP address of this machine: browsers want a name. Else null. */
export function localhostAddress(): string | null {
  const { protocol, hostname, port, pathname, search } = location;
  const isNumeric = hostname.startsWith("127.") || hostname === "[::1]";
  return isNumeric ? `${protocol}//localhost${port && `:${port}`}${pathname}${search}` : null;
}

/** Returns RegistrationResponseJSON. Throws ApiError if there is no new passkey. */
export async function createPasskey(options: CreationOptions): Promise<object> {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: options.excludeCredentials?.map(toDescriptor) ?? [],
  };
  const made = await asked<AuthenticatorAttestationResponse>(navigator.credentials.create({ publicKey }));
  const { response } = made;
  return {
    ...identity(made),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      // Safari before 16.4 does not know them.
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** Returns AuthenticationResponseJSON. Throws ApiError if no passkey was used. */
export async function askForPasskey(options: RequestOptions): Promise<object> {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: options.allowCredentials?.map(toDescriptor) ?? [],
  };
  const used = await asked<AuthenticatorAssertionResponse>(navigator.credentials.get({ publicKey }));
  const { response } = used;
  return {
    ...identity(used),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    },
  };
}

async function asked<R>(answer: Promise<unknown>): Promise<ReturnedCredential<R>> {
  try {
    const credential = await answer;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as WebAuthn says of what was asked for
    if (credential) return credential as ReturnedCredential<R>;
  } catch (error) {
    throw noPasskey(error instanceof DOMException ? error.name : "", error);
  }
  throw noPasskey("NotAllowedError");
}

function noPasskey(name: string, cause?: unknown): ApiError {
  const code = CODE_OF[name] ?? "passkey_unsupported";
  return new ApiError({ code, status: 0, detail: name, hint: "", retryable: false, retry_after: null }, { cause });
}

function identity({ rawId, type }: ReturnedCredential<unknown>) {
  return { id: toText(rawId), rawId: toText(rawId), type };
}

function toDescriptor({ id, ...rest }: Descriptor) {
  return { ...rest, id: toBytes(id) };
}

/** From base64url, with or without padding. */
function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.codePointAt(0) ?? 0);
}

/** To base64url without padding. */
function toText(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCodePoint(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
