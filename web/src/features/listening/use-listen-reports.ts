/** Reports what sounds while it does: every half minute, at each pause, at its end, and when the page is closed. */
import { useEffect, useRef } from "react";
import type { PlayerState } from "../player/player-state";
import { fromLibrary } from "../player/queue/origin";
import { currentOf } from "../player/queue/queue";
import { ListenMeter } from "./listen-meter";
import { reportListen } from "./outbox";
import { keepRow } from "./rows/keep-row";

const EVERY_MS = 30_000;
/** A press that was a mistake is no listen. */
const SHORTEST_S = 1;
/** Of longer recordings, and of films, the service notes where somebody stopped. */
const LONG_S = 600;

export function useListenReports({ turn, round, queue, file, status, position }: PlayerState, enabled: boolean): void {
  const meter = useRef<ListenMeter | null>(null);
  const isSounding = enabled && status === "playing";
  const { file_id } = file;
  const play = `${turn} ${round}`;
  const mayGoOn = file.content_type.startsWith("video/") || (file.duration_seconds ?? 0) > LONG_S;
  const { source, mood } = currentOf(queue)?.origin ?? fromLibrary(file_id);

  useEffect(() => {
    if (!isSounding) return undefined;
    const listen = meter.current?.subject.play === play ? meter.current : new ListenMeter({ play, file_id, source, mood }, new Date());
    meter.current = listen;
    listen.sound(performance.now());
    const send = () => {
      report(listen);
      if (mayGoOn) keepRow(null, true);
    };
    const timer = setInterval(send, EVERY_MS);
    globalThis.addEventListener("pagehide", send);
    return () => {
      clearInterval(timer);
      globalThis.removeEventListener("pagehide", send);
      listen.silence(performance.now());
      send();
    };
  }, [isSounding, play, file_id, source, mood, mayGoOn]);

  useEffect(() => {
    if (meter.current?.subject.play === play) meter.current.position = position;
  }, [position, play]);
}

function report(listen: ListenMeter): void {
  const { startedAt: started_at, position: position_seconds } = listen;
  const { file_id, source, mood } = listen.subject;
  const listened_seconds = listen.secondsAt(performance.now());
  if (listened_seconds < SHORTEST_S) return;
  void reportListen({ file_id, started_at, listened_seconds, position_seconds, mood, source });
}
