/** Tags as a person types them. */

/** What the service takes. */
const MAX_LENGTH = 40;

/** Between commas; each once, and none longer than may be. */
export function parseTags(text: string): string[] {
  const tags = text.split(/[,\n]/).map((tag) => tag.trim().slice(0, MAX_LENGTH));
  return [...new Set(tags.filter(Boolean))];
}
