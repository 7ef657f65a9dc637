/** The pack this counter judges by: read at the start, asked for every five minutes, its age always known. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PublicKeyJwk } from '../../src/verifier/core/index.ts';
import { fetchPack, type Opened, openSaved, readPack, readRoot, type SavedPack } from './trust-store.ts';

const updateEveryMs = 5 * 60 * 1000;

export interface Trust {
  loading: boolean;
  updating: boolean;
  unreachable: boolean;
  rootChanged: boolean;
  /** A pack the server offered and this device did not take. */
  refused: boolean;
  root: PublicKeyJwk | undefined;
  opened: Opened | undefined;
  update(): void;
}

export const useTrust = (): Trust => {
  const [loading, setLoading] = useState(true);
  const [updating, setUpdating] = useState(false);
  const [unreachable, setUnreachable] = useState(false);
  const [rootChanged, setRootChanged] = useState(false);
  const [refused, setRefused] = useState(false);
  const [root, setRoot] = useState<PublicKeyJwk>();
  const [opened, setOpened] = useState<Opened>();
  const saved = useRef<SavedPack>(undefined);
  const running = useRef(false);

  const update = useCallback(async () => {
    if (running.current) return;
    running.current = true;
    setUpdating(true);
    try {
      const fetched = await fetchPack(saved.current);
      setUnreachable(false);
      setRootChanged(fetched.kind === 'root_changed');
      setRefused(fetched.kind === 'refused');
      if (fetched.kind === 'fresh') {
        saved.current = fetched.pack;
        setRoot(fetched.root);
        setOpened(fetched.opened);
      }
    } catch {
      setUnreachable(true);
    } finally {
      running.current = false;
      setUpdating(false);
      setLoading(false);
    }
  }, []);

  useEffect(() => {
    const start = async () => {
      const [pinned, pack] = await Promise.all([readRoot(), readPack()]).catch(() => []);
      if (pinned && pack) {
        saved.current = pack;
        setRoot(pinned);
        setOpened(await openSaved(pinned, pack));
        setLoading(false);
      }
      await update();
    };
    void start();
    const timer = setInterval(() => void update(), updateEveryMs);
    const onBack = () => document.visibilityState === 'visible' && void update();
    window.addEventListener('online', onBack);
    document.addEventListener('visibilitychange', onBack);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', onBack);
      document.removeEventListener('visibilitychange', onBack);
    };
  }, [update]);

  return { loading, updating, unreachable, rootChanged, refused, root, opened, update: () => void update() };
};
