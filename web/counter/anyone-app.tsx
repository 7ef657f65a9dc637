import { useEffect, useRef, useState } from 'react';
import './anyone.css';
import { UpdateBar } from '../shared/update-bar.tsx';
import { AnyonePage } from './anyone-page.tsx';
import { broughtText } from './brought-text.ts';
import { useJudging } from './use-judging.ts';
import { useOfflineReady } from './use-offline-ready.ts';
import { useScanGun } from './use-scan-gun.ts';
import { useText } from './use-text.ts';
import { useTrust } from './use-trust.ts';
import { VerdictPage } from './verdict-page.tsx';

/** The counter for everybody: no unit, no shift, no queue; public keys and a verdict. */
export const AnyoneApp = () => {
  const say = useText();
  const trust = useTrust();
  const offline = useOfflineReady();
  const { given, busy, onText, onSeen, next } = useJudging(trust.opened);
  const [brought, setBrought] = useState(broughtText);
  useScanGun({ onText, onDone: next, onInputMethod: next });

  useEffect(() => {
    const onHash = () => setBrought(broughtText());
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  const judged = useRef<string>(undefined);
  useEffect(() => {
    // A first visit has to wait for the keys.
    if (brought === undefined || !trust.opened || judged.current === brought) return;
    judged.current = brought;
    onText(brought);
  }, [brought, trust.opened, onText]);

  const packMadeAt = trust.opened && 'trusted' in trust.opened ? trust.opened.payload.iat : undefined;
  return (
    <>
      {given && (
        <VerdictPage verdict={given.verdict} givenAt={given.at} packMadeAt={packMadeAt} onNext={next} />
      )}
      <div hidden={given !== undefined}>
        <AnyonePage
          trust={trust}
          offline={offline}
          busy={busy || (brought !== undefined && trust.loading)}
          active={given === undefined}
          onSeen={onSeen}
          onText={onText}
        />
        <UpdateBar text={say('update.text')} yes={say('update.yes')} later={say('update.later')} />
      </div>
    </>
  );
};
