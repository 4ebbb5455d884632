/** Plays an HLS playlist by hls.js. Its playlists name files; each request gets the newest address of its file. */
import { ErrorDetails, Events, Hls, type HlsConfig } from "hls.js/light";
import { accessHeaders } from "../../../lib/http";
import { playlistAddress } from "../api";
import { forgetMedia, renditionAddress } from "../sound/current-media";
import type { OpenOptions, OpenSource, Quality } from "../sound/source";
import { onlyFirst, type GoesOn } from "./only-first";
import { watchPlayback } from "./watch-playback";

/** A file that a playlist names: no such address exists. */
const NAMED = /\/media\/([a-z0-9]+)\.mp4$/;
/** Statuses that another address or another try cannot help. */
const FINAL: ReadonlySet<number> = new Set([404, 410, 416]);
/** A store that refuses this many fresh addresses will refuse all. */
const MOST_REFUSALS = 3;
/** Seconds buffered before and after the current one: films are often left early. */
const BUFFERED_S = 60;

export function openHls(file_id: string, element: HTMLMediaElement, second: number, options: OpenOptions): OpenSource {
  const hls = new Hls({ ...config(file_id, options.onFailed), startPosition: second > 0 ? second : -1 });
  const stopWatching = watchPlayback(element, options.onFailed);
  const reportQuality = () => options.onQuality(qualityOf(hls));
  for (const event of CHANGES) hls.on(event, reportQuality);
  reportTrouble(hls, file_id, element, options);
  hls.loadSource(playlistAddress(file_id, { names: true }));
  hls.attachMedia(element);
  return {
    isStale: () => false,
    setQuality(height) {
      // From the next segment on, without a gap.
      hls.nextLevel = hls.levels.findIndex((level) => level.height === height);
      reportQuality();
    },
    close() {
      stopWatching();
      hls.destroy();
    },
  };
}

function config(file_id: string, onFailed: () => void): Partial<HlsConfig> {
  const isFirst = onlyFirst();
  return {
    // The page's policy allows no worker from a blob: address.
    enableWorker: false,
    // A small window needs no large picture.
    capLevelToPlayerSize: true,
    backBufferLength: BUFFERED_S,
    maxMaxBufferLength: BUFFERED_S,
    xhrSetup: (xhr, url) =>
      openRequest(file_id, xhr, url, (name, version) => {
        const goesOn = isFirst(name, version);
        if (!goesOn) onFailed();
        return goesOn;
      }),
    // While anyone watches, it is asked for again: watchPlayback says when that is pointless.
    fragLoadPolicy: {
      default: {
        maxTimeToFirstByteMs: 10_000,
        maxLoadTimeMs: 60_000,
        timeoutRetry: { maxNumRetry: 10, retryDelayMs: 0, maxRetryDelayMs: 0 },
        errorRetry: {
          maxNumRetry: 100,
          retryDelayMs: 250,
          maxRetryDelayMs: 4000,
          shouldRetry: (_, count, _timeout, response) => mayRetry(count, response?.code ?? 0),
        },
      },
    },
  };
}

async function openRequest(file_id: string, xhr: XMLHttpRequest, url: string, mayGoOn: GoesOn): Promise<void> {
  const name = NAMED.exec(new URL(url).pathname)?.[1];
  if (name !== undefined) {
    const { url: address, version } = await renditionAddress(file_id, name);
    if (!mayGoOn(name, version)) throw new Error("It was made anew");
    return xhr.open("GET", address, true);
  }
  xhr.open("GET", url, true);
  for (const [header, value] of Object.entries(accessHeaders())) xhr.setRequestHeader(header, value);
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

function mayRetry(count: number, status: number): boolean {
  return !FINAL.has(status) && (!isRefusal(status) || count < MOST_REFUSALS);
}

const CHANGES = [Events.MANIFEST_PARSED, Events.LEVEL_SWITCHED] as const;

function qualityOf({ levels, manualLevel, currentLevel }: Hls): Quality {
  return {
    heights: levels.map(({ height }) => height).toSorted((one, other) => other - one),
    chosen: levels[manualLevel]?.height ?? null,
    shown: levels[currentLevel]?.height ?? null,
  };
}

function reportTrouble(hls: Hls, file_id: string, element: HTMLMediaElement, { onFailed, onLate }: OpenOptions): void {
  hls.on(Events.FRAG_LOADED, () => onLate(false));
  hls.on(Events.ERROR, (_, { fatal, details, response }) => {
    if (fatal) return onFailed();
    if (details !== ErrorDetails.FRAG_LOAD_ERROR && details !== ErrorDetails.FRAG_LOAD_TIMEOUT) return;
    if (isRefusal(response?.code ?? 0)) forgetMedia(file_id);
    // As long as something is buffered, nobody needs to know.
    onLate(element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
  });
}
