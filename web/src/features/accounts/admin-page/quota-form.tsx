/** The limits of one user. */
import { announce } from "../../../lib/announce";
import { useRecently } from "../account-page/recent-sign-in";
import { useAccountWords } from "../account-words";
import { AccountForm, Field, type FieldError, type Fields } from "../form";
import { editUser, type ManagedUser, type UserQuota } from "./api";

const GIGABYTE = 1_000_000_000;
const MOST = 2 ** 53;
/** Each limit, with the unit in which it is typed, the most that the service takes, and its word. */
const LIMITS = [
  { name: "max_bytes", unit: GIGABYTE, most: MOST, label: "maxGigabytes" },
  { name: "max_files", unit: 1, most: MOST, label: "maxFiles" },
  { name: "max_pending", unit: 1, most: 2000, label: "maxPending" },
] as const;

export interface QuotaFormProps {
  user: ManagedUser;
  quota: UserQuota;
  onChange: (user: ManagedUser) => void;
}

export function QuotaForm({ user, quota, onChange }: QuotaFormProps) {
  const words = useAccountWords();
  const recently = useRecently();
  const before = LIMITS.map((limit) => ({ ...limit, text: textOf(quota[limit.name], limit.unit) }));
  const done = (changed: ManagedUser) => {
    onChange(changed);
    announce(words.admin.quotaSaved, { shown: true });
  };
  const send = (fields: Fields) => {
    // A number that was rounded to be shown is not sent back.
    const edited = before.filter(({ name, text }) => fields(name) !== text);
    const edits = Object.fromEntries(edited.map(({ name, unit }) => [name, numberIn(fields(name), unit)]));
    return recently(() => editUser(user.user_id, { quota: edits }));
  };
  const check = (fields: Fields): FieldError | null => {
    for (const { name, unit, most } of LIMITS) {
      const asked = numberIn(fields(name), unit);
      if (Number.isNaN(asked)) return { name, text: unit === 1 ? words.admin.notWhole : words.admin.badNumber };
      if (asked !== null && asked > most) return { name, text: words.admin.most(Math.floor(most / unit)) };
    }
    return null;
  };
  const number = { inputMode: "decimal", required: false, autoComplete: "off", dir: "ltr", maxLength: 16 } as const;
  return (
    <section className="account-part">
      <h3>{words.admin.quota}</h3>
      <p className="soft">{quota.custom ? words.admin.quotaCustom : words.admin.quotaDefault}</p>
      {/* What was saved is what the fields begin with. */}
      <AccountForm key={before.map(({ text }) => text).join(" ")} tone="plain" submit={words.admin.saveQuota} check={check} send={send} onDone={done}>
        <div className="admin-limits">
          {before.map(({ name, label, text }) => (
            <Field key={name} label={words.admin[label]} name={name} defaultValue={text} {...number} />
          ))}
        </div>
        <p className="account-hint soft">{words.admin.quotaHint}</p>
      </AccountForm>
      {quota.custom && (
        <AccountForm tone="plain" submit={words.admin.defaultQuota} send={() => recently(() => editUser(user.user_id, { quota: null }))} onDone={done} />
      )}
    </section>
  );
}

function textOf(limit: number | null, unit: number): string {
  return limit === null ? "" : String(Number((limit / unit).toPrecision(6)));
}

/** Null for no limit; NaN for what is no number, or for a part of a file. */
function numberIn(text: string, unit: number): number | null {
  const typed = text.trim().replace(",", ".");
  if (typed === "") return null;
  const value = /^\d+(\.\d+)?$/.test(typed) ? Number(typed) * unit : Number.NaN;
  return unit > 1 || Number.isInteger(value) ? Math.round(value) : Number.NaN;
}
