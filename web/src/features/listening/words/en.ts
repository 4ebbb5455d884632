/** English: the words of a listening history. The other dictionaries have its shape. */

export const words = {
  title: "History",
  lead: "What you played, for you alone.",
  empty: "Nothing yet. What you play shows up here.",
  unfinished: "Go on",
  forMood: "For you in this mood",
  goOn: (title: string) => `Go on with ${title}`,
  play: (title: string) => `Play ${title}`,
  at: (position: string, duration: string) => `${position} of ${duration}`,
  heard: (time: string) => `${time} heard`,
  gone: "No longer available",
  remove: (title: string) => `Remove ${title} from your history`,
  removeGone: "Remove this line from your history",
  more: "Show more",
  keep: "Keep my history",
  off: "It is off: nothing more is kept.",
  clear: "Delete all",
  clearQuestion: "Delete your whole history? There is no way back.",
  clearNow: "Delete all of it",
  cancel: "Cancel",
  cleared: "Your history is deleted.",
};

export type ListeningWords = typeof words;
