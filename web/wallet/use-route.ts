import { useEffect, useState } from 'react';

/** An address may come from anywhere: one that cannot be read leads home. */
const read = (): string[] => {
  try {
    return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return [];
  }
};

/** The page within the app, from the link's hash: `#/show/<certificate>/<view>`. Back is the browser's back. */
export const useRoute = (): string[] => {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const onChange = () => setRoute(read());
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
  return route;
};

export const goTo = (...segments: string[]): void => {
  location.hash = `#/${segments.map(encodeURIComponent).join('/')}`;
};

/** For "end": what was shown is not one step back. */
export const goHome = (): void => {
  history.replaceState(null, '', '#/');
  window.dispatchEvent(new HashChangeEvent('hashchange'));
};
