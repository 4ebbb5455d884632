/** Small filled drawings that tell things apart without colour. */
import type { ShapeName } from "../lib/shapes";

const DROP = "M12 2.8c3.6 4.6 6.4 7.9 6.4 11.6a6.4 6.4 0 0 1-12.8 0C5.6 10.7 8.4 7.4 12 2.8z";
const LEAF = "M4.2 19.8C3.4 10.6 9 4.2 19.9 4.1 20 15 13.6 20.6 7 18.9l6.2-7.4-9 8.3z";
const RAYS = "M12 1.8v2.6M12 19.6v2.6M1.8 12h2.6M19.6 12h2.6M4.8 4.8l1.8 1.8M17.4 17.4l1.8 1.8M4.8 19.2l1.8-1.8M17.4 6.6l1.8-1.8";

export function Shape({ name, size = 16 }: { name: ShapeName; size?: number }) {
  return (
    <svg className="shape" viewBox="0 0 24 24" width={size} height={size} fill="currentColor" aria-hidden="true">
      <Drawing name={name} />
    </svg>
  );
}

function Drawing({ name }: { name: ShapeName }) {
  switch (name) {
    case "sun":
      return (
        <>
          <circle cx="12" cy="12" r="5.4" />
          <path d={RAYS} stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
        </>
      );
    case "drop":
      return <path d={DROP} />;
    case "leaf":
      return <path d={LEAF} />;
    case "ring":
      return <circle cx="12" cy="12" r="6.5" fill="none" stroke="currentColor" strokeWidth="4" />;
    case "trio":
      return (
        <>
          <circle cx="12" cy="6.6" r="4" />
          <circle cx="6.4" cy="16.4" r="4" />
          <circle cx="17.6" cy="16.4" r="4" />
        </>
      );
  }
}
