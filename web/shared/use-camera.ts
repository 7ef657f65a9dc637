/** One camera stream, its frames read about eight times a second, started again after the page was hidden. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { readChoice, writeChoice } from './preferences.ts';
import { readCode, takeFrame } from './reader.ts';

export const cameraErrors = [
  'NotAllowedError',
  'NotFoundError',
  'NotReadableError',
  'OverconstrainedError',
] as const;
export type CameraError = (typeof cameraErrors)[number] | 'other';

export interface Camera {
  state: 'off' | 'starting' | 'on';
  error: CameraError | undefined;
  open(): void;
  close(): void;
}

const frameEveryMs = 120;
/** Every so many frames the reader tries harder: tilted and blurred codes, at twice the time. */
const thoroughEvery = 4;

/** While not `active` the stream stays, since some phones ask again for every new one, but no frame is read. */
export const useCamera = (
  video: RefObject<HTMLVideoElement | null>,
  active: boolean,
  onText: (text: string) => void,
): Camera => {
  const [wanted, setWanted] = useState(() => readChoice('camera') === 'on');
  const [state, setState] = useState<Camera['state']>('off');
  const [error, setError] = useState<CameraError>();
  const [attempt, setAttempt] = useState(0);
  const found = useRef(onText);
  found.current = onText;
  const reading = useRef(active);
  reading.current = active;

  useEffect(() => {
    // Some browsers pause a picture that was hidden.
    if (active && video.current?.srcObject) void video.current.play().catch(() => undefined);
  }, [active, video]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` starts the stream again
  useEffect(() => {
    if (!wanted) return;
    let over = false;
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout>;
    const again = () => !over && document.visibilityState === 'visible' && setAttempt((count) => count + 1);

    const run = async () => {
      setState('starting');
      setError(undefined);
      try {
        if (!navigator.mediaDevices) throw new DOMException('', 'NotFoundError');
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
        });
        if (over || !video.current) return stop(stream);
        for (const track of stream.getTracks()) track.addEventListener('ended', again);
        video.current.srcObject = stream;
        await video.current.play();
        setState('on');
        next(video.current, 0);
      } catch (cause) {
        stop(stream);
        if (over) return;
        setState('off');
        setWanted(false);
        const name = (cause as DOMException).name as CameraError;
        setError((cameraErrors as readonly string[]).includes(name) ? name : 'other');
      }
    };

    const next = (from: HTMLVideoElement, frame: number): void => {
      timer = setTimeout(async () => {
        if (over) return;
        if (reading.current && from.videoWidth > 0) {
          const text = await read(from, frame % thoroughEvery === 0).catch(() => undefined);
          if (text && !over && reading.current) found.current(text);
        }
        next(from, frame + 1);
      }, frameEveryMs);
    };

    // iOS gives back a black picture after the app was in the background.
    const onVisible = () => again();
    document.addEventListener('visibilitychange', onVisible);
    void run();
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      stop(stream);
      setState('off');
    };
  }, [wanted, attempt, video]);

  const choose = useCallback((on: boolean) => {
    writeChoice('camera', on ? 'on' : 'off');
    setWanted(on);
  }, []);
  return { state: wanted ? state : 'off', error, open: () => choose(true), close: () => choose(false) };
};

/** A picture that is not there yet is a rejection, as one that cannot be read. */
const read = async (video: HTMLVideoElement, thorough: boolean): Promise<string | undefined> =>
  readCode(takeFrame(video), thorough);

const stop = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};
