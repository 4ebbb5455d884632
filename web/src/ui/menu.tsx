/** A menu over the page: below the key that opened it, or where the pointer was; on a phone a sheet at the lower edge. */
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { flushSync } from "react-dom";
import { Icon, type IconName } from "./icon";
import "./menu.css";

export interface MenuItem {
  text: string;
  icon?: IconName;
  /** One of a choice, and whether it is the present one. */
  checked?: boolean;
  /** The language of the text, where it is not the page's. */
  lang?: string;
  /** The keys that do the same. */
  keys?: string;
  /** The menu's owner shows something in its place. */
  stays?: boolean;
  /** What cannot be taken back looks like it. */
  alarm?: boolean;
  onChoose: () => void;
}

export interface MenuGroup {
  label?: string;
  items: readonly MenuItem[];
}

/** Where it opens, in CSS pixels of the window: a key's box, or a point. */
export type MenuPlace = Pick<DOMRect, "left" | "right" | "top" | "bottom">;

export interface MenuProps {
  label: string;
  place: MenuPlace;
  /** Parted by lines. */
  groups: readonly MenuGroup[];
  /** Says on a phone, where the menu covers it, what the menu is about. */
  head?: ReactNode;
  onClose: () => void;
}

export default function Menu({ label, place, groups, head, onClose }: MenuProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useModal(dialog);
  usePosition(menu, place);
  /** The focus is back where it was before the item acts. */
  const choose = (item: MenuItem) => {
    if (!item.stays) flushSync(onClose);
    item.onChoose();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a press beside the menu; Escape does the same
    <dialog
      ref={dialog}
      className="menu-layer"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
      onContextMenu={(event) => {
        event.preventDefault();
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="menu">
        {head && <div className="menu-head">{head}</div>}
        <div ref={menu} role="menu" aria-label={label} tabIndex={-1} onKeyDown={(event) => onKey(event, onClose)}>
          {groups.filter(({ items }) => items.length > 0).map((group, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the groups never move
            <MenuSection key={index} group={group} onChoose={choose} />
          ))}
        </div>
      </div>
    </dialog>
  );
}

function MenuSection({ group: { label, items }, onChoose }: { group: MenuGroup; onChoose: (item: MenuItem) => void }) {
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a menu has no fieldsets
    <div role="group" aria-label={label} className="menu-group">
      {label && (
        <p className="menu-label soft" aria-hidden="true">
          {label}
        </p>
      )}
      {items.map((item) => (
        <button
          key={item.text}
          type="button"
          role={item.checked === undefined ? "menuitem" : "menuitemradio"}
          aria-checked={item.checked}
          lang={item.lang}
          tabIndex={-1}
          className="menu-item"
          data-alarm={item.alarm || undefined}
          onClick={() => onChoose(item)}
        >
          {item.icon && <Icon name={item.icon} />}
          {item.checked !== undefined && <span className="menu-check">{item.checked && <Icon name="check" />}</span>}
          <span>{item.text}</span>
          {item.keys && <kbd aria-hidden="true">{item.keys}</kbd>}
        </button>
      ))}
    </div>
  );
}

/** Close it while it is still in the page: the browser then returns the focus to where it was. */
function useModal(ref: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, [ref]);
}

/** Space between the menu and whatever it opens at or ends before. */
const GAP = 4;
const EDGE = 8;

function usePosition(menu: RefObject<HTMLElement | null>, place: MenuPlace): void {
  useLayoutEffect(() => {
    const box = menu.current?.parentElement;
    if (box) moveTo(box, place);
  }, [menu, place]);

  useEffect(() => {
    itemsOf(menu.current)[0]?.focus();
  }, [menu]);
}

/** Put the menu into its place. It turns upwards, and moves in, where the window ends. */
function moveTo(box: HTMLElement, place: MenuPlace): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const isPoint = place.left === place.right;
  const gap = isPoint ? 0 : GAP;
  // At a point it opens towards the end of the line, below a key towards its beginning.
  const towardsRight = (document.dir === "rtl") !== isPoint;
  const left = towardsRight ? place.left : place.right - width;
  const below = place.bottom + gap;
  const top = below + height + EDGE > innerHeight ? place.top - height - gap : below;
  Object.assign(box.style, {
    left: `${within(left, innerWidth - width - EDGE)}px`,
    top: `${within(top, innerHeight - height - EDGE)}px`,
  });
}

const within = (value: number, most: number) => Math.max(EDGE, Math.min(value, most));

const itemsOf = (menu: Element | null) => [...(menu?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

/** Arrows, Home, End and the first letter move the focus; Tab leaves. */
function onKey(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  const items = itemsOf(event.currentTarget);
  const index = items.findIndex((item) => item === document.activeElement);
  const next = nextOf(event.key, index, items.map((item) => item.textContent));
  if (next !== null) items[next]?.focus();
  else if (event.key === "Tab") onClose();
  else return;
  event.preventDefault();
}

/** Return the index of the item that a key leads to, or null. */
export function nextOf(key: string, index: number, texts: readonly string[]): number | null {
  const { length } = texts;
  if (key === "ArrowDown") return (index + 1) % length;
  if (key === "ArrowUp") return (Math.max(index, 0) + length - 1) % length;
  if (key === "Home") return 0;
  if (key === "End") return length - 1;
  if (key.length !== 1 || key === " ") return null;
  const begins = (text: string) => text.toLocaleLowerCase().startsWith(key.toLocaleLowerCase());
  const later = texts.findIndex((text, place) => place > index && begins(text));
  const next = later === -1 ? texts.findIndex(begins) : later;
  return next === -1 ? null : next;
}
