/** The pack this counter judges by: read at the start, asked for every five minutes, its age always known. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PublicKeyJwk } from '../../src/verifier/core/index.ts';
import {
  database,
  fetchPack,
  keepTrust,
  type Opened,
  openSaved,
  readPack,
  readRoot,
  type SavedPack,
} from './trust-store.ts';

const updateEveryMs = 5 * 60 * 1000;

export interface Trust {
  loading: boolean;
  updating: boolean;
  unreachable: boolean;
  rootChanged: boolean;
  /** A pack the server offered and this device did not take. */
  refused: Opened | undefined;
  root: PublicKeyJwk | undefined;
  opened: Opened | undefined;
  update(): void;
}

export const useTrust = (): Trust => {
  const [loading, setLoading] = useState(true);
  const [updating, setUpdating] = useState(false);
  const [unreachable, setUnreachable] = useState(false);
  const [rootChanged, setRootChanged] = useState(false);
  const [refused, setRefused] = useState<Opened>();
  const [root, setRoot] = useState<PublicKeyJwk>();
  const [opened, setOpened] = useState<Opened>();
  const saved = useRef<SavedPack>(undefined);
  const pinned = useRef<PublicKeyJwk>(undefined);
  const running = useRef(false);

  const update = useCallback(async () => {
    if (running.current) return;
    running.current = true;
    setUpdating(true);
    try {
      const fetched = await fetchPack(saved.current, pinned.current);
      setUnreachable(false);
      setRootChanged(fetched.kind === 'root_changed');
      setRefused(fetched.kind === 'refused' ? fetched.opened : undefined);
      // Nothing to go on with: the reason takes the place of a pack.
      if (fetched.kind === 'refused') setOpened((before) => before ?? fetched.opened);
      if (fetched.kind === 'fresh') {
        saved.current = fetched.pack;
        pinned.current = fetched.root;
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
      const [kept, pack] = await Promise.all([readRoot(), readPack()]).catch(() => []);
      pinned.current = kept;
      if (kept && pack) {
        saved.current = pack;
        setRoot(kept);
        setOpened(await openSaved(kept, pack));
        setLoading(false);
      }
      await update();
    };
    // Thrown away by the browser while this page is open: what the page still holds is written again.
    database.onLost = () => {
      if (pinned.current && saved.current) void keepTrust(pinned.current, saved.current);
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
