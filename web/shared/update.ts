import { registerSW } from 'virtual:pwa-register';
import { useEffect, useState } from 'react';

type Apply = () => void;

let waiting: Apply | undefined;
const listeners = new Set<(apply: Apply) => void>();

/** Registers the service worker. A new version waits until the person says yes; nothing reloads by itself. */
export const startUpdates = (): void => {
  if (!('serviceWorker' in navigator)) return;
  const update = registerSW({
    onNeedRefresh: () => {
      waiting = () => {
        // The library reloads only a page that began under a worker, which the very first visit has not.
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        void update(true);
      };
      for (const listener of listeners) listener(waiting);
    },
  });
  // A page of the version before asks for files that are gone: load the new one, once.
  window.addEventListener('vite:preloadError', () => {
    if (!navigator.onLine || sessionStorage.getItem('onecert.reloaded')) return;
    sessionStorage.setItem('onecert.reloaded', '1');
    location.reload();
  });
};

/** What to call to change to the version that waits, if one does. */
export const useWaitingUpdate = (): Apply | undefined => {
  const [apply, setApply] = useState<Apply | undefined>(() => waiting);
  useEffect(() => {
    const listener = (next: Apply) => setApply(() => next);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return apply;
};
