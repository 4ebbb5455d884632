import { useEffect, useEffectEvent, useRef, type RefObject } from "react";

/** Keep a <dialog> open and modal for as long as it is drawn. Escape closes it. */
export function useModal(onClose: () => void): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  const close = useEffectEvent((event: Event) => {
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    onClose();
  });

  useEffect(() => {
    const dialog = ref.current;
    const cancel = (event: Event) => close(event);
    dialog?.showModal();
    dialog?.addEventListener("cancel", cancel);
    return () => {
      dialog?.removeEventListener("cancel", cancel);
      dialog?.close();
    };
  }, []);

  return ref;
}
