/** Buttons: one with text, one with an icon and an accessible name. */
import type { ButtonHTMLAttributes, Ref } from "react";
import "./button.css";
import { Icon, type IconName } from "./icon";

type Native = ButtonHTMLAttributes<HTMLButtonElement>;

export interface ButtonProps extends Native {
  tone?: "primary" | "plain" | "alarm";
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ tone = "plain", icon, children, className = "", ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${tone} ${className}`} {...rest}>
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

export interface IconButtonProps extends Omit<Native, "children"> {
  icon: IconName;
  /** Its accessible name, and its tooltip. */
  label: string;
  size?: number;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, size, className = "", ...rest }: IconButtonProps) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} {...(size ? { size } : {})} />
    </button>
  );
}
