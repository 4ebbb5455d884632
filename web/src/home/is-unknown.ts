/** Whether an address is none of the page's. The service serves the page there too, to browsers: service/operations/api/page.py. */
import { placeAt } from "../features/accounts/places";

export function isUnknown(address: string): boolean {
  const [path = ""] = address.split("?", 1);
  return !/^\/(?:index\.html|history|files\/[\w-]+)?$/.test(path) && placeAt(address) === null;
}
