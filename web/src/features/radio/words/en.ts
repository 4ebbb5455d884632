/** English: the words of radios and recommendations. The other dictionaries have its shape. */
import { locale } from "../../../lib/words/en";

const { plural } = locale;

export const words = {
  label: "Radio",
  notThis: "Not this",
  notThisOne: (title: string) => `Not this: ${title}`,
  refused: (title: string) => `${title} won't come again.`,
  failed: (reason: string) => `The radio couldn't get more songs. ${reason} It tries again with the next song.`,
  nothing: "The radio has nothing else to play right now. It tries again with the next song.",
  why: {
    because: (title: string) => `Because you played ${title}`,
    becauseOther: "Goes with what you played",
    popular: "Popular in this mood",
    often: (count: number) => plural(count, { one: "You played it once", other: "You played it # times" }),
    lately: (days: number) => plural(days, { one: "Not heard since yesterday", other: "Not heard for # days" }),
    again: "Playing it again",
    isNew: "New to you",
    other: "Recommended for you",
  },
};

export type RadioWords = typeof words;
