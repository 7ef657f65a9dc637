import { useEffect, useState } from 'react';
import { UpdateBar } from '../shared/update-bar.tsx';
import { ScanPage } from './scan-page.tsx';
import { useJudging } from './use-judging.ts';
import { useOfflineReady } from './use-offline-ready.ts';
import { useScanGun } from './use-scan-gun.ts';
import { useText } from './use-text.ts';
import { useTrust } from './use-trust.ts';
import { VerdictPage } from './verdict-page.tsx';

export const App = () => {
  const say = useText();
  const trust = useTrust();
  const offline = useOfflineReady();
  const { given, busy, onText, onSeen, next } = useJudging(trust.opened);
  const [inputMethod, setInputMethod] = useState(false);

  useEffect(() => {
    document.title = `${say('app.name')} · OneCert`;
  }, [say]);
  const onGun = (text: string) => {
    setInputMethod(false);
    onText(text);
  };
  const onInputMethod = () => {
    setInputMethod(true);
    next();
  };
  useScanGun({ onText: onGun, onDone: next, onInputMethod });

  const packMadeAt = trust.opened && 'trusted' in trust.opened ? trust.opened.payload.iat : undefined;
  return (
    <>
      {given && (
        <VerdictPage verdict={given.verdict} givenAt={given.at} packMadeAt={packMadeAt} onNext={next} />
      )}
      <div hidden={given !== undefined}>
        <ScanPage
          trust={trust}
          offline={offline}
          busy={busy}
          active={given === undefined}
          inputMethod={inputMethod}
          onSeen={onSeen}
          onText={onGun}
        />
        <UpdateBar text={say('update.text')} yes={say('update.yes')} later={say('update.later')} />
      </div>
    </>
  );
};
