/** Forms of accounts: real forms with labels, and what is wrong said beside its field. */
import {
  createContext,
  useContext,
  useEffect, useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
  type FormEvent,
  type InputHTMLAttributes,
  type ReactNode,
} from "react";
import type { ApiError } from "../../lib/api-error";
import { Button } from "../../ui/button";
import { problemIn, useAccountWords, type AccountWords } from "./account-words";
import { EyeIcon } from "./eye-icon";
import { useSubmission, type Submission } from "./use-submission";

/** The field that a refusal is about, by its code. */
const FIELD_OF: Readonly<Record<string, string>> = {
  credentials_invalid: "password",
  password_weak: "password",
  code_invalid: "code",
  email_invalid: "email",
  email_taken: "email",
  device_not_found: "user_code",
};

export interface FieldError {
  /** The name of the field, and what is wrong with it. */
  name: string;
  text: string;
}

const FieldErrorContext = createContext<FieldError | null>(null);

export interface AccountFormProps<T> {
  submit: string;
  /** Called with the texts of the fields by their names. */
  send: (fields: Fields) => Promise<T>;
  onDone: (answer: T, form: HTMLFormElement) => void;
  children?: ReactNode;
  tone?: "primary" | "alarm" | "plain";
  /** Beside the button. */
  aside?: ReactNode;
  /** Checked before it is sent: what is wrong with which field. */
  check?: (fields: Fields) => FieldError | null;
  /** The form takes the focus when it appears. */
  focused?: boolean;
}

export type Fields = (name: string) => string;

/** What the form was checked with when it was last submitted. */
interface Checked {
  /** The name of a required field that is empty. */
  missing: string | null;
  fields: Fields;
}

export function AccountForm<T>({ submit, send, onDone, children, tone = "primary", aside, check, focused = false }: AccountFormProps<T>) {
  const words = useAccountWords();
  const ref = useRef<HTMLFormElement>(null);
  const submission = useSubmission();
  const [checked, setChecked] = useState<Checked | null>(null);
  /** Of the fields that were sent. */
  const [names, setNames] = useState<readonly string[]>([]);
  const { problem, busy, wait } = submission;
  const refused = useMemo(() => refusalBeside(names, problem, words), [names, problem, words]);
  // Said anew in each rendering, because the language may have changed.
  const error = (checked && wrongIn(checked, words, check)) ?? refused;
  const focusWrong = useEffectEvent(() => {
    const field = error && fieldNamed(ref.current, error.name);
    field?.focus();
    field?.select();
  });

  useEffect(() => {
    if (focused) firstEmpty(ref.current)?.focus();
  }, [focused]);
  useEffect(() => {
    if (checked ?? problem) focusWrong();
  }, [checked, problem]);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const fields: Fields = (name) => textOf(data.get(name));
    const next: Checked = { missing: firstEmpty(form, "[required]")?.name ?? null, fields };
    setChecked(next);
    setNames([...data.keys()]);
    if (!wrongIn(next, words, check)) submission.send(() => send(fields), (answer) => onDone(answer, form));
  };

  return (
    <FieldErrorContext value={error}>
      <form ref={ref} className="account-form" noValidate onSubmit={onSubmit} aria-busy={busy}>
        {children}
        {problem && !error && <FormProblem submission={submission} />}
        {submission.crowded && <p className="soft">{words.form.crowded}</p>}
        <div className="account-form-end">
          <Button type="submit" tone={tone} aria-disabled={busy || wait > 0}>
            {busy ? words.form.busy : wait > 0 ? words.form.wait(wait) : submit}
          </Button>
          {aside}
        </div>
      </form>
    </FieldErrorContext>
  );
}

function FormProblem({ submission: { problem } }: { submission: Submission }) {
  const words = useAccountWords();
  return (
    <p className="account-error" role="alert">
      {problem && problemText(problemIn(words, problem))}
    </p>
  );
}

export interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "className" | "id"> {
  label: string;
  name: string;
  hint?: string;
  /** At the end of the input. */
  end?: ReactNode;
}

export function Field({ label, hint, end, ...input }: FieldProps) {
  const id = useId();
  const error = useFieldError(input.name);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="account-field">
      <label htmlFor={id}>{label}</label>
      <div className="account-input">
        <input id={id} className="field" required {...input} aria-invalid={error !== null} aria-describedby={described || undefined} />
        {end}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="account-hint soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="account-error">
          {error}
        </p>
      )}
    </div>
  );
}

export function useFieldError(name: string): string | null {
  const error = useContext(FieldErrorContext);
  return error?.name === name ? error.text : null;
}

export function EmailField(props: Partial<FieldProps>) {
  const words = useAccountWords();
  return (
    <Field
      label={words.fields.email}
      name="email"
      type="email"
      inputMode="email"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={320}
      dir="ltr"
      {...props}
    />
  );
}

export function PasswordField({ isNew = false, ...props }: Partial<FieldProps> & { isNew?: boolean }) {
  const words = useAccountWords();
  const [shown, setShown] = useState(false);
  const eye = (
    <button type="button" className="account-eye" aria-pressed={shown} aria-label={words.fields.show} title={words.fields.show} onClick={() => setShown(!shown)}>
      <EyeIcon crossed={shown} />
    </button>
  );
  return (
    <Field
      label={isNew ? words.fields.newPassword : words.fields.password}
      {...(isNew && { hint: words.fields.passwordHint })}
      name="password"
      type={shown ? "text" : "password"}
      autoComplete={isNew ? "new-password" : "current-password"}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={1024}
      dir="ltr"
      end={eye}
      {...props}
    />
  );
}

export function problemText({ detail, hint }: { detail: string; hint: string }): string {
  return `${detail} ${hint}`.trim();
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}

/** A refusal belongs beside a field if this form has that field. */
function refusalBeside(names: readonly string[], problem: ApiError | null, words: AccountWords): FieldError | null {
  const name = problem ? FIELD_OF[problem.code] : undefined;
  return problem && name && names.includes(name) ? { name, text: problemText(problemIn(words, problem)) } : null;
}

function wrongIn({ missing, fields }: Checked, words: AccountWords, check: AccountFormProps<unknown>["check"]): FieldError | null {
  return missing === null ? (check?.(fields) ?? null) : { name: missing, text: words.fields.missing };
}

function fieldNamed(form: HTMLFormElement | null, name: string): HTMLInputElement | null {
  const field = form?.elements.namedItem(name);
  return field instanceof HTMLInputElement ? field : null;
}

/** The first input without a text; `which` is a CSS selector, such as "[required]". */
export function firstEmpty(form: HTMLFormElement | null, which = ""): HTMLInputElement | null {
  const fields = [...(form?.querySelectorAll<HTMLInputElement>(`input${which}:not([type=checkbox], [hidden])`) ?? [])];
  return fields.find((field) => field.value.trim() === "") ?? null;
}
