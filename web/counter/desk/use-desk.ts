import { useEffect, useSyncExternalStore } from 'react';
import type { Opened } from '../trust-store.ts';
import { Desk, type DeskState } from './desk.ts';

/** One a page. */
export const desk = new Desk();

/** What is known of this counter; asked again whenever the pack was. */
export const useDesk = (opened: Opened | undefined): DeskState => {
  useEffect(() => {
    void desk.load().then(() => desk.sync());
    const onBack = () => void desk.sync();
    window.addEventListener('online', onBack);
    return () => window.removeEventListener('online', onBack);
  }, []);
  useEffect(() => {
    if (opened) void desk.sync();
  }, [opened]);
  return useSyncExternalStore(desk.subscribe, desk.state);
};
