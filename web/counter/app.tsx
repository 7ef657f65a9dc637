import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { UpdateBar } from '../shared/update-bar.tsx';
import type { Beside } from './desk/desk-bar.tsx';
import { LookPanel } from './desk/look-panel.tsx';
import { useDesk } from './desk/use-desk.ts';
import { useLook } from './desk/use-look.ts';
import { ScanPage } from './scan-page.tsx';
import { useJudging } from './use-judging.ts';
import { useOfflineReady } from './use-offline-ready.ts';
import { useScanGun } from './use-scan-gun.ts';
import { useText } from './use-text.ts';
import { useTrust } from './use-trust.ts';
import { VerdictPage } from './verdict-page.tsx';

const NoncePanel = lazy(async () => ({ default: (await import('./nonce-panel.tsx')).NoncePanel }));
const EnrolPage = lazy(async () => ({ default: (await import('./desk/enrol-page.tsx')).EnrolPage }));
const ShiftPage = lazy(async () => ({ default: (await import('./desk/shift-page.tsx')).ShiftPage }));
const pages = {
  shift: ShiftPage,
  'no-phone': lazy(async () => ({ default: (await import('./desk/no-phone-page.tsx')).NoPhonePage })),
  inbox: lazy(async () => ({ default: (await import('./desk/inbox-page.tsx')).InboxPage })),
  copy: lazy(async () => ({ default: (await import('./desk/copy-page.tsx')).CopyPage })),
};

export const App = () => {
  const say = useText();
  const trust = useTrust();
  const offline = useOfflineReady();
  const desk = useDesk(trust.opened);
  const judgements = useJudging(trust.opened);
  const { given, busy, onText, onSeen, next } = judgements;
  const look = useLook(judgements);
  const [inputMethod, setInputMethod] = useState(false);
  const [beside, setBeside] = useState<Beside>();

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
  const back = useCallback(() => setBeside(undefined), []);
  useScanGun({ onText: onGun, onDone: beside ? back : next, onInputMethod });

  const Page = pages[beside === undefined || beside === 'enrol' ? 'shift' : beside];

  const packMadeAt = trust.opened && 'trusted' in trust.opened ? trust.opened.payload.iat : undefined;
  return (
    <>
      {given && (
        <VerdictPage verdict={given.verdict} givenAt={given.at} packMadeAt={packMadeAt} onNext={next}>
          {given.nonce && (
            <Suspense>
              <NoncePanel nonce={given.nonce} />
            </Suspense>
          )}
          {look && <LookPanel answer={look} />}
        </VerdictPage>
      )}
      {beside && !given && (
        <Suspense>
          {beside === 'enrol' ? (
            <EnrolPage onDone={back} />
          ) : (
            // What one officer typed or saw is not there for the next.
            <Page key={desk.shift?.officer} state={desk} onDone={back} />
          )}
        </Suspense>
      )}
      <div hidden={given !== undefined || beside !== undefined}>
        <ScanPage
          trust={trust}
          offline={offline}
          desk={desk}
          busy={busy}
          active={given === undefined && beside === undefined}
          inputMethod={inputMethod}
          onBeside={setBeside}
          onSeen={onSeen}
          onText={onGun}
        />
        <UpdateBar text={say('update.text')} yes={say('update.yes')} later={say('update.later')} />
      </div>
    </>
  );
};
