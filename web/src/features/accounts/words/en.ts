/** English: the words of the views of accounts. The other dictionaries have its shape. */
import type { Trouble } from "../../../lib/words/en";
import { locale } from "../../../lib/words/en";

const { number, plural } = locale;
const files = (count: number) => plural(count, { one: "# file", other: "# files" });

export const words = {
  top: {
    guest: "Guest",
    signIn: "Sign in",
    register: "Create an account",
    account: "Account",
    signOut: "Sign out",
  },

  fields: {
    email: "E-mail address",
    password: "Password",
    newPassword: "New password",
    passwordHint: "10 characters or more. A few unrelated words are strong and easy to remember.",
    name: "Name (optional)",
    code: "Six-digit code",
    show: "Show password",
    missing: "Fill in this field.",
    incomplete: "The code has six digits.",
  },

  form: {
    busy: "One moment…",
    crowded: "Many people are signing in right now. Trying again by itself…",
    wait: (count: number) => plural(count, { one: "Try again in # second", other: "Try again in # seconds" }),
    back: "Back",
    cancel: "Cancel",
    save: "Save",
    saved: "Saved.",
  },

  signIn: {
    title: "Sign in",
    lead: "Your songs, on every device.",
    submit: "Sign in",
    sendCode: "Send me a code instead",
    usePassword: "Use my password instead",
    forgot: "Forgot your password?",
    isNew: "New here?",
    or: "or",
    provider: (name: string) => `Continue with ${name}`,
    asGuest: "Continue without an account",
    byLink: "Sign in with your link",
    byLinkLead: "You opened the link from our mail. Press the button to sign in.",
    welcome: (name: string) => `Signed in as ${name}.`,
  },

  code: {
    title: "Check your mail",
    lead: (email: string) => `If ${email} can be used here, a code is on its way. Type it in, or paste it.`,
    submit: "Continue",
    again: "Send a new code",
    againIn: (count: number) =>
      plural(count, { one: "Send a new code in # second", other: "Send a new code in # seconds" }),
    sent: "A new code is on its way.",
    otherAddress: "Use another address",
    mails: "Open the mails of this computer",
  },

  register: {
    title: "Create an account",
    lead: "Free, and your songs stay yours.",
    keep: (count: number) =>
      count === 0 ? "Keep the files of this computer" : `Keep the ${files(count)} of this computer`,
    keepHint: "They move into your account. Nothing is copied, and nothing is lost.",
    submit: "Create account",
    known: "Already have an account?",
    closed: "New accounts are not open to everyone here. Ask whoever runs this server.",
  },

  verify: {
    title: "Confirm your e-mail address",
    byLinkLead: "Type the password that you chose, then press the button.",
    anew: "Type the code from our mail, and the password that you chose.",
    submit: "Confirm",
    done: "Your account is ready.",
  },

  forgot: {
    title: "Forgot your password?",
    lead: "We'll mail you a code to set a new one.",
    submit: "Send code",
    resetTitle: "Set a new password",
    resetLead: "All devices will be signed out.",
    resetSubmit: "Set password",
    done: "Your new password is set. Sign in with it.",
  },

  adopt: {
    title: "Bring your files along?",
    lead: (count: number) => `As a guest you added ${files(count)} on this computer. Move them into your account?`,
    yes: "Move them",
    no: "Not now",
    begun: "Your files are being moved into your account.",
  },

  link: {
    title: "Sign in a terminal",
    ask: "Type the code that the terminal shows.",
    field: "Code of the terminal",
    find: "Continue",
    question: "Did you start this just now?",
    warning: "If not, refuse: whoever has this terminal could use your account.",
    code: "Code",
    name: "Terminal",
    network: "Network",
    scopes: "It may",
    allow: "Allow",
    refuse: "Refuse",
    allowed: "Allowed. Go back to your terminal.",
    refused: "Refused. The terminal gets nothing.",
  },

  scopes: {
    "uploads:write": "add files",
    "files:read": "see and play files",
    "files:write": "edit and delete files",
  } as Readonly<Record<string, string>>,

  account: {
    title: "Account",
    tabs: { profile: "Profile", security: "Sign-in", devices: "Devices & keys", storage: "Storage", delete: "Delete" },
    since: (time: string) => `Member since ${time}`,

    language: "Language of our mails",

    password: "Password",
    passwordLead: "A new password signs out all other devices.",
    passwordSet: "Your new password is set. All other devices are signed out.",
    noPassword: "You have no password yet. You sign in by code or with a provider.",
    setPassword: "Set password",
    email: "E-mail address",
    emailNow: (email: string) => `You sign in as ${email}.`,
    newEmail: "New e-mail address",
    changeEmail: "Change address",
    emailSent: (email: string) => `Type the code that we sent to ${email}.`,
    emailChanged: "Your e-mail address is changed.",

    identities: "Other ways to sign in",
    link: (name: string) => `Link ${name}`,
    unlink: (name: string) => `Unlink ${name}`,
    unlinked: "Unlinked.",

    sessions: "Where you are signed in",
    current: "This device",
    unknownDevice: "Unknown device",
    lastSeen: (time: string) => `Last used ${time}`,
    neverUsed: "Never used",
    end: "Sign out",
    endOne: (name: string) => `Sign out ${name}`,
    endOthers: "Sign out all others",
    ended: "Signed out.",
    script: "Script",

    keys: "API keys",
    keysLead: "For scripts, in place of a password. Each key may be revoked by itself.",
    noKeys: "No keys yet.",
    keyName: "What is it for?",
    keyLasts: "Expires after",
    lasts: { month: "30 days", quarter: "90 days", year: "1 year" },
    keyMay: "It may",
    makeKey: "Create key",
    madeKey: "Your new key",
    keyOnce: "Copy it now. It is shown only this once.",
    copy: "Copy",
    copied: "Key copied.",
    copyFailed: "Couldn't copy. Select the key and copy it by hand.",
    keyDone: "I've saved it",
    revoke: "Revoke",
    revokeOne: (name: string) => `Revoke ${name}`,
    revoked: "Key revoked.",
    until: (time: string) => `Expires ${time}`,

    storageLead: "What your files take up here.",
    unlimited: "There is no limit here.",
    used: (used: string, limit: string) => `${used} of ${limit} used`,
    usedOnly: (used: string) => `${used} used`,
    filesUsed: (count: number, limit: number) => `${number(count)} of ${files(limit)}`,
    files: (count: number) => files(count),

    deleteLead: "Your account, all its files and all links to them are deleted for good. There is no way back.",
    deleteTyped: (email: string) => `Type ${email} to confirm`,
    deleteMismatch: "That is not the address of this account.",
    deleteSubmit: "Delete my account",
    deleted: "Your account is being deleted.",
  },

  recent: {
    title: "Confirm that it's you",
    lead: "You signed in a while ago, and this is a sensitive change.",
    submit: "Confirm",
    sendCode: "Mail me a code",
    sent: (email: string) => `Type the code that we sent to ${email}.`,
  },

  /** By the service's code, where its own sentence is not meant for the page. */
  problems: {
    code_invalid: { detail: "That code or link isn't valid.", hint: "It may be mistyped, used already or too old. Ask for a new one." },
    sign_in_failed: {
      detail: "Signing in with the provider didn't work.",
      hint: "Start again. If the address has an account already, sign in to it first.",
    },
    credentials_invalid: { detail: "The e-mail address or the password is wrong.", hint: "Check both, or have a code sent." },
    account_needed: { detail: "You need to sign in for this.", hint: "" },
    reauthentication_needed: { detail: "Confirm that it's you first.", hint: "" },
    sign_up_closed: { detail: "New accounts are not open to everyone here.", hint: "Ask whoever runs this server." },
    device_not_found: {
      detail: "No terminal waits with this code.",
      hint: "It may be mistyped, used or too old. Start again in the terminal.",
    },
    email_taken: { detail: "Another account has this e-mail address.", hint: "" },
    email_invalid: { detail: "That isn't a usable e-mail address.", hint: "" },
    password_weak: { detail: "That password is too easy to guess.", hint: "Use 10 characters or more, such as a few unrelated words." },
    too_many_keys: { detail: "You have as many keys as an account may have.", hint: "Revoke one that you no longer need." },
    rate_limited: { detail: "Too many tries.", hint: "" },
    passwords_busy: { detail: "Many people are signing in right now.", hint: "Try again in a moment." },
    session_not_found: { detail: "That device is signed out already.", hint: "" },
    api_key_not_found: { detail: "That key is gone already.", hint: "" },
    validation_failed: { detail: "Something in this form isn't valid.", hint: "" },
  } as Readonly<Record<string, Trouble>>,
};

export type AccountWords = typeof words;
