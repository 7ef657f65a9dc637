import { useEffect, useRef } from 'react';

const everySeconds = 20;

/** Reads again every 20 s and when the page is come back to; a page nobody looks at asks nothing. */
export const useRefresh = (read: () => void): void => {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const onTurn = () => {
      if (document.visibilityState === 'visible') latest.current();
    };
    const timer = setInterval(onTurn, everySeconds * 1000);
    document.addEventListener('visibilitychange', onTurn);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onTurn);
    };
  }, []);
};
