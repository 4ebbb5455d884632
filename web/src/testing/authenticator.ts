/** The device with passkeys that jsdom lacks. */
import { vi } from "vitest";

/** What the page asked of the device. */
export interface Asked {
  created: PublicKeyCredentialCreationOptions[];
  used: PublicKeyCredentialRequestOptions[];
}

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

/** Three bytes of whatever a device returns, and how they are written in base64url. */
export const RAW_ID = { bytes: [251, 255, 254], text: "-__-" };

/** Give the browser a device; `refuse` is the name of the exception that it throws. */
export function aDevice({ refuse }: { refuse?: string } = {}): Asked {
  const asked: Asked = { created: [], used: [] };
  const answer = (response: object) =>
    refuse === undefined
      ? Promise.resolve({ rawId: bytes(...RAW_ID.bytes), type: "public-key", response: { clientDataJSON: bytes(1), ...response } })
      : Promise.reject(new DOMException("no", refuse));
  vi.stubGlobal("PublicKeyCredential", vi.fn<() => void>());
  vi.stubGlobal("navigator", {
    userAgent: navigator.userAgent,
    language: navigator.language,
    languages: navigator.languages,
    onLine: true,
    credentials: {
      create({ publicKey }: { publicKey: PublicKeyCredentialCreationOptions }) {
        asked.created.push(publicKey);
        return answer({ attestationObject: bytes(2), getTransports: () => ["internal"] });
      },
      get({ publicKey }: { publicKey: PublicKeyCredentialRequestOptions }) {
        asked.used.push(publicKey);
        return answer({ authenticatorData: bytes(3), signature: bytes(4), userHandle: bytes(5) });
      },
    },
  });
  return asked;
}
