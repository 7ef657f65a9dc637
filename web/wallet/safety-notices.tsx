/** What the person should know about this very phone: no lock yet, or a browser that may erase what it keeps. */
import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { readChoice, writeChoice } from '../shared/preferences.ts';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { lockFacts } from './vault.ts';

const laterChoice = 'wallet.lock';

/** Whether to ask for a lock: until it is answered, and then never again. */
export const useLockQuestion = (): [asks: boolean, later: () => void] => {
  const [asks, setAsks] = useState(false);
  useEffect(() => {
    if (readChoice(laterChoice) !== 'later') void lockFacts().then(({ pin }) => setAsks(!pin));
  }, []);
  const later = () => {
    writeChoice(laterChoice, 'later');
    setAsks(false);
  };
  return [asks, later];
};

/** Once the first certificates are here. */
export const LockNotice = ({ onLater }: { onLater(): void }) => {
  const say = useText();
  return (
    <Notice kind="info" title={say('lock.ask')} testId="lock-ask">
      <p>{say('lock.ask.text')}</p>
      <div className="notice-acts">
        <Button look="main" data-testid="lock-ask-set" onClick={() => goTo('lock')}>
          {say('lock.ask.set')}
        </Button>
        <Button data-testid="lock-ask-later" onClick={onLater}>
          {say('lock.ask.later')}
        </Button>
      </div>
    </Notice>
  );
};

/** iOS keeps a page's storage for 7 days, the home screen's for good. */
export const needsInstall = (): boolean =>
  /iPhone|iPad/.test(navigator.userAgent) && !window.matchMedia('(display-mode: standalone)').matches;

export const useEviction = (): boolean => {
  const [kept, setKept] = useState(true);
  useEffect(() => {
    void navigator.storage?.persisted?.().then(setKept, () => setKept(false));
  }, []);
  return !kept || needsInstall();
};

/** Before the first download: afterwards it would be too late to choose another place. */
export const EvictionNotice = () => {
  const say = useText();
  const install = needsInstall();
  return (
    <Notice kind={install ? 'check' : 'info'} title={say('evict.title')} testId="evict">
      <p>{say(install ? 'settings.install' : 'settings.storage.notKept')}</p>
    </Notice>
  );
};
