/** A small service with accounts for tests. */
import { http, HttpResponse } from "msw";
import { setAuth } from "../features/accounts/auth-state";
import { aFile, aSession } from "./builders";
import { aWorld, ORIGIN, problem, server } from "./server";

export const EMAIL = "ada@example.com";
export const PASSWORD = "correct horse battery staple";

/** The address of a call of accounts. */
export const auth = (path: string) => `${ORIGIN}/api/auth/${path}`;

export const ADA = {
  user_id: "local",
  kind: "user",
  email: EMAIL,
  name: "Ada",
  language: "en",
  has_password: true,
  has_passkeys: false,
  avatar_id: null,
  cover_id: null,
  roles: new Array<string>(),
  created_at: "2026-11-21T10:00:00Z",
};
export const GUEST = { ...ADA, kind: "guest", email: null, name: null, has_password: false };

type Body = Partial<Record<"password" | "code" | "token", string>>;
type Who = typeof ADA | typeof GUEST | null;

/** A service with accounts; `who` is signed in. Answers what a test does not replace. */
export function anAccountsWorld(who: Who, { guests = "off", guest_files = 0, passkeys = false } = {}) {
  setAuth(null);
  const open = aSession({ auth_mode: "accounts" });
  const world = aWorld({ session: who ? open : { ...open, owner: null, scopes: [] }, files: who ? [aFile()] : [] });
  const state = { who, bodies: new Array<Body>(), providers: {} as Readonly<Record<string, string>> };
  const answer = (moved = 0) => ({
    user: state.who,
    session: null,
    providers: Object.keys(state.providers),
    provider_labels: state.providers,
    sign_up: "open",
    guests,
    passkeys,
    mail_page: true,
    guest_files: moved || null,
    server_time: "2026-11-21T10:00:00Z",
  });
  const signIn = (next: Who) => {
    state.who = next;
    world.session = open;
    world.files = [aFile()];
    return HttpResponse.json(answer(guest_files), { status: 201 });
  };
  const keep = async (request: Request) => {
    const body: Body = await request.json();
    state.bodies.push(body);
    return body;
  };
  server.use(
    http.get(auth("session"), () => HttpResponse.json(answer())),
    http.post(auth("login"), async ({ request }) => {
      const { password } = await keep(request);
      return password === PASSWORD ? signIn(ADA) : problem(401, "credentials_invalid");
    }),
    http.post(auth("register"), async ({ request }) => {
      await keep(request);
      return HttpResponse.json({ email: EMAIL, expires_at: "2026-11-21T10:10:00Z", verification_token: "v1" }, { status: 202 });
    }),
    http.post(auth("verify-email"), async ({ request }) => {
      const body = await keep(request);
      return body.code === "123456" || body.token ? signIn(ADA) : problem(400, "code_invalid");
    }),
    http.post(auth("otp/send"), async ({ request }) => {
      await keep(request);
      return HttpResponse.json({ email: EMAIL, expires_at: "2026-11-21T10:10:00Z" }, { status: 202 });
    }),
    http.post(auth("otp/verify"), async ({ request }) => {
      await keep(request);
      return signIn(ADA);
    }),
  );
  return { world, state, signIn };
}
