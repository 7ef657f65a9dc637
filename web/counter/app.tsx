import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReplayMemory, Verdict } from '../../src/verifier/core/index.ts';
import { deviceSeconds } from '../shared/server-time.ts';
import { UpdateBar } from '../shared/update-bar.tsx';
import { judge } from './judge.ts';
import { loadReplayMemory } from './replay-store.ts';
import { ScanPage } from './scan-page.tsx';
import { playVerdict } from './sound.ts';
import { useOfflineReady } from './use-offline-ready.ts';
import { useScanGun } from './use-scan-gun.ts';
import { useText } from './use-text.ts';
import { useTrust } from './use-trust.ts';
import { VerdictPage } from './verdict-page.tsx';

export const App = () => {
  const say = useText();
  const trust = useTrust();
  const offline = useOfflineReady();
  const [given, setGiven] = useState<{ verdict: Verdict; at: number }>();
  const [busy, setBusy] = useState(false);
  const seen = useRef<Promise<ReplayMemory>>(undefined);
  const firstCode = useRef<Verdict['firstCode']>(undefined);
  const judging = useRef(false);

  useEffect(() => {
    document.title = `${say('app.name')} · OneCert`;
  }, [say]);
  useEffect(() => {
    seen.current ??= loadReplayMemory();
  }, []);

  const onText = useCallback(
    async (text: string) => {
      // The camera goes on reading the same code while the first reading is being judged.
      if (judging.current) return;
      judging.current = true;
      setBusy(true);
      try {
        seen.current ??= loadReplayMemory();
        const verdict = await judge(text, trust.opened, await seen.current, firstCode.current);
        firstCode.current = verdict.firstCode;
        playVerdict(verdict.outcome);
        setGiven({ verdict, at: deviceSeconds() });
      } finally {
        judging.current = false;
        setBusy(false);
      }
    },
    [trust.opened],
  );

  const next = useCallback(() => setGiven(undefined), []);
  useScanGun(onText, next);

  const packMadeAt = trust.opened && 'trusted' in trust.opened ? trust.opened.payload.iat : undefined;
  return (
    <>
      {given && (
        <VerdictPage verdict={given.verdict} givenAt={given.at} packMadeAt={packMadeAt} onNext={next} />
      )}
      <div hidden={given !== undefined}>
        <ScanPage trust={trust} offline={offline} busy={busy} active={given === undefined} onText={onText} />
        <UpdateBar text={say('update.text')} yes={say('update.yes')} later={say('update.later')} />
      </div>
    </>
  );
};
