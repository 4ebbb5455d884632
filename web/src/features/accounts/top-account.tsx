/** The end of the top bar: a guest may sign in, a user has a menu. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useMediaQuery } from "../../lib/use-browser";
import { isEscape } from "../../lib/keys";
import { Icon } from "../../ui/icon";
import { useAccountWords } from "./account-words";
import type { Quota } from "./api";
import { setAuth, useAuth } from "./auth-state";
import { Avatar } from "./avatar";
import { PlaceLink } from "../../ui/place-link";
import "./top-account.css";
import { isLimited, Usage, UsageLine } from "./usage";
import { useQuota } from "./use-quota";

/** Where the links never fit. */
const NARROW = "(max-width: 900px)";

export interface TopAccountProps {
  /** Other things stand in the bar too, and two links of a guest do not fit. */
  compact: boolean;
  onLeave: () => void;
}

export default function TopAccount({ compact, onLeave }: TopAccountProps) {
  const words = useAccountWords();
  const isNarrow = useMediaQuery(NARROW);
  const { session } = useAuth();
  const { quota = null, reload } = useQuota(session?.user?.user_id);
  if (!session) return null;
  const usage = isLimited(quota) ? quota : null;
  const { user, sign_up } = session;
  const leave = () => {
    setAuth(null);
    onLeave();
  };

  if (user?.kind === "user") {
    return (
      <Menu label={user.name ?? user.email ?? words.top.account} picture={<Avatar user={user} size={28} />} usage={usage} onOpen={reload}>
        <PlaceLink to="/account">{words.top.account}</PlaceLink>
        {user.roles.includes("admin") && <PlaceLink to="/admin">{words.admin.title}</PlaceLink>}
        <button type="button" onClick={leave}>
          {words.top.signOut}
        </button>
      </Menu>
    );
  }
  const links = (
    <>
      <PlaceLink to="/sign-in">{words.top.signIn}</PlaceLink>
      {sign_up === "open" && <PlaceLink to="/register">{words.top.register}</PlaceLink>}
    </>
  );
  if (isNarrow || compact) {
    return (
      <Menu label={words.top.guest} usage={usage} onOpen={reload}>
        {links}
      </Menu>
    );
  }
  return (
    <div className="top-guest">
      <span className="top-name soft">
        {words.top.guest}
        {usage && <UsageLine quota={usage} />}
      </span>
      {links}
    </div>
  );
}

interface MenuProps {
  label: string;
  picture?: ReactNode;
  /** Null if there is no limit. */
  usage: Quota | null;
  onOpen: () => void;
  children: ReactNode;
}

/** A button that shows links below it, until one is chosen, Escape, or a press elsewhere. */
function Menu({ label, picture, usage, onOpen, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  const key = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);
  const toggle = () => {
    if (!open) onOpen();
    setOpen(!open);
  };

  useEffect(() => {
    if (!open) return undefined;
    const onPress = (event: PointerEvent) => {
      if (!(event.target instanceof Node && ref.current?.contains(event.target))) setOpen(false);
    };
    globalThis.addEventListener("pointerdown", onPress);
    return () => globalThis.removeEventListener("pointerdown", onPress);
  }, [open]);

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the keys of what is in it
    <div
      ref={ref}
      className="top-menu"
      onKeyDown={(event) => {
        if (!open || !isEscape(event.nativeEvent)) return;
        event.preventDefault();
        close();
        key.current?.focus();
      }}
      onBlur={(event) => {
        if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <button ref={key} type="button" className="top-menu-key" aria-expanded={open} title={label} onClick={toggle}>
        {picture}
        <span className="top-name">
          <span className="ellipsis" dir="auto">
            {label}
          </span>
          {usage && <UsageLine quota={usage} />}
        </span>
        <Icon name="fold" size={16} />
      </button>
      {open && (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- its links have
        <div className="top-menu-list" onClick={close}>
          {usage && (
            <div className="top-menu-usage">
              <Usage quota={usage} />
            </div>
          )}
          {children}
        </div>
      )}
    </div>
  );
}
