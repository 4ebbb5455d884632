/** Which content types the element takes: those of the service, narrowed by its `accept`. */
import { contentTypeOf, extensionsOf } from "../metadata/content-type.js";

/** `accept` is what an `<input type="file">` takes: types, families and extensions. Empty: all of `allowed`. */
export function acceptedTypes(allowed: readonly string[], accept: string): string[] {
  const requested = accept.split(",").map((one) => one.trim().toLowerCase()).filter(Boolean).map(typeOf);
  if (requested.length === 0) return [...allowed];
  const narrower = requested.flatMap((one) => allowed.flatMap((other) => narrowerOf(one, other)));
  return [...new Set(narrower)];
}

/** The value of an input's `accept`. Systems do not know all extensions, so they are listed, too. */
export function acceptAttribute(types: readonly string[]): string {
  return [...types, ...extensionsOf(types)].join(",");
}

function typeOf(token: string): string {
  return token.startsWith(".") ? contentTypeOf({ name: `file${token}`, type: "" }) : token;
}

function narrowerOf(one: string, other: string): string[] {
  if (isWithin(one, other)) return [one];
  return isWithin(other, one) ? [other] : [];
}

function isWithin(type: string, family: string): boolean {
  return type === family || (family.endsWith("/*") && type.startsWith(family.slice(0, -1)));
}
