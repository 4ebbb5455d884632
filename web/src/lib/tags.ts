/** Tags as a person types them. */

/** The service's limit, in characters. */
const MAX_LENGTH = 40;

/** Split at commas; drop duplicates and cut each tag to the limit. */
export function parseTags(text: string): string[] {
  const tags = text.split(/[,\n]/).map((tag) => tag.trim().slice(0, MAX_LENGTH));
  return [...new Set(tags.filter(Boolean))];
}
