import { useEffect, useRef } from 'react';

/** A gun types faster than a person; a pause longer than this starts a new code. */
const pauseMs = 500;
const shortestCode = 8;

/**
 * A scan gun is a keyboard that ends in Enter. It is heard wherever the focus is, except in a text field (which hears
 * for itself), so the next code can be scanned over a verdict. A bare Enter or Escape calls `onDone`.
 */
export const useScanGun = (onText: (text: string) => void, onDone?: () => void): void => {
  const handlers = useRef({ onText, onDone });
  handlers.current = { onText, onDone };
  useEffect(() => {
    let typed = '';
    let lastAt = 0;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - lastAt > pauseMs) typed = '';
      lastAt = event.timeStamp;
      if (event.key.length === 1) {
        typed += event.key;
        // A space would press a focused button, a slash would open a search.
        if (typed.length > 1) event.preventDefault();
      } else if (event.key === 'Enter' && typed.length >= shortestCode) {
        event.preventDefault();
        const text = typed;
        typed = '';
        handlers.current.onText(text);
      } else if (
        event.key === 'Escape' ||
        (event.key === 'Enter' && !(target instanceof HTMLButtonElement))
      ) {
        handlers.current.onDone?.();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
};
