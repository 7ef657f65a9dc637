import { useEffect, useRef } from 'react';
import { createTypedBurst, endsAfterMs } from './typed-burst.ts';

/** The Enter of a gun whose text was taken without it comes this much later at most. Milliseconds. */
const lateEnterMs = 1000;

interface Handlers {
  onText(text: string): void;
  /** A bare Enter or Escape. */
  onDone?(): void;
  /** The keys go through an input method that turns them into words. */
  onInputMethod?(): void;
}

/**
 * A scan gun is a keyboard. It is heard wherever the focus is, except in a text field (which hears for itself), so the
 * next code can be scanned over a verdict.
 */
export const useScanGun = (given: Handlers): void => {
  const handlers = useRef(given);
  handlers.current = given;
  useEffect(() => {
    const burst = createTypedBurst();
    let timer: ReturnType<typeof setTimeout>;
    let takenAt = Number.NEGATIVE_INFINITY;
    const take = (text: string | undefined, at: number) => {
      if (text === undefined) return;
      takenAt = at;
      handlers.current.onText(text);
    };
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (isTextField(target) || event.ctrlKey || event.metaKey || event.altKey) return;
      // 229: the input method has the key, and nobody will say which it was.
      if (event.isComposing || event.key === 'Process' || event.keyCode === 229) {
        handlers.current.onInputMethod?.();
      } else if (event.key.length === 1) {
        burst.type(event.key, event.timeStamp);
        // A space would press a focused button, a slash would open a search.
        if (burst.text().length > 1) event.preventDefault();
        clearTimeout(timer);
        timer = setTimeout(() => take(burst.pause(), performance.now()), endsAfterMs(burst.text()));
      } else if (event.key === 'Enter' || event.key === 'Tab') {
        clearTimeout(timer);
        const text = burst.end();
        const late = event.timeStamp - takenAt < lateEnterMs;
        if (text !== undefined || late) event.preventDefault();
        if (text !== undefined) take(text, event.timeStamp);
        else if (event.key === 'Enter' && !late && !(target instanceof HTMLButtonElement))
          handlers.current.onDone?.();
      } else if (event.key === 'Escape') {
        handlers.current.onDone?.();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
};

const isTextField = (target: HTMLElement): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'file');
