import { useEffect, useState } from 'react';
import { keepReader, readCode } from '../shared/reader.ts';
import { sampleImage, sampleText } from './sample-code.ts';

export type OfflineReady = 'preparing' | 'ready' | 'failed';

const installSeconds = 30;

/** True only when the last piece is there and works: the installed app, the reader on disk, and a code it has read. */
const prepare = async (): Promise<boolean> => {
  if (!('serviceWorker' in navigator)) return false;
  const installed = await Promise.race([
    navigator.serviceWorker.ready.then(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, installSeconds * 1000, false)),
  ]);
  if (!installed) return false;
  await keepReader();
  return (await readCode(sampleImage(), false)) === sampleText;
};

export const useOfflineReady = (): OfflineReady => {
  const [state, setState] = useState<OfflineReady>('preparing');
  useEffect(() => {
    const timer = setTimeout(
      () =>
        void prepare().then(
          (ready) => setState(ready ? 'ready' : 'failed'),
          () => setState('failed'),
        ),
      500,
    );
    return () => clearTimeout(timer);
  }, []);
  return state;
};
