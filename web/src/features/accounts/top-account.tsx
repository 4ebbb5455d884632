/** The end of the top bar: a guest may sign in, a user has a menu. */
import { useEffect, useRef, useState } from "react";
import { useIsPhone } from "../../lib/use-browser";
import { isEscape } from "../../lib/keys";
import { Icon } from "../../ui/icon";
import { useAccountWords } from "./account-words";
import { setAuth, useAuth } from "./auth-state";
import { PlaceLink } from "./place-link";
import "./top-account.css";

export default function TopAccount({ onLeave }: { onLeave: () => void }) {
  const words = useAccountWords();
  const isPhone = useIsPhone();
  const { session } = useAuth();
  if (!session) return null;
  const { user, sign_up } = session;
  const leave = () => {
    setAuth(null);
    onLeave();
  };

  if (user?.kind === "user") {
    return (
      <Menu label={user.name ?? user.email ?? words.top.account}>
        <PlaceLink to="/account">{words.top.account}</PlaceLink>
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
  if (isPhone) return <Menu label={words.top.guest}>{links}</Menu>;
  return (
    <div className="top-guest">
      <span className="soft">{words.top.guest}</span>
      {links}
    </div>
  );
}

/** A button that shows links below it, until one is chosen, Escape, or a press elsewhere. */
function Menu({ label, children }: { label: string; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  const key = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);

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
      <button ref={key} type="button" className="top-menu-key" aria-expanded={open} title={label} onClick={() => setOpen(!open)}>
        <span className="ellipsis" dir="auto">
          {label}
        </span>
        <Icon name="fold" size={16} />
      </button>
      {open && (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- its links have
        <div className="top-menu-list" onClick={close}>
          {children}
        </div>
      )}
    </div>
  );
}
