/** Nothing of the wallet is mounted while it is locked, so that nothing of it stays in the page. */
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { eraseAndAskForProof } from './erase-and-ask.ts';
import { LockPage } from './lock-page.tsx';
import { readMetadata, startSignIn } from './session.ts';
import { useText } from './use-text.ts';
import { lockFacts, lockNow, onLock, startVault } from './vault.ts';
import { forgetOpened, sealWhatLiesOpen } from './wallet-store.ts';
import { warmUp } from './warm-up.ts';

const awayMilliseconds = 5 * 60_000;
/** Some browsers never answer when storage is off: no spinner without an end. */
const startMilliseconds = 5000;

const startAgain = async (): Promise<void> => {
  await readMetadata();
  await eraseAndAskForProof();
  await startSignIn();
};

const start = async (): Promise<'open' | 'locked'> => {
  const is = await startVault();
  if (is === 'created') await sealWhatLiesOpen();
  return is === 'locked' ? 'locked' : 'open';
};

const inTime = <T,>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('storage')), startMilliseconds)),
  ]);

export const LockGate = ({ children }: { children: ReactNode }) => {
  const [state, setState] = useState<'starting' | 'open' | 'locked'>('starting');
  const [erased, setErased] = useState(false);
  const begin = useCallback(() => {
    // A browser that keeps nothing has nothing to lock: it goes on, online only.
    void inTime(start()).then(setState, () => setState('open'));
  }, []);
  useEffect(begin, [begin]);
  useEffect(warmUp, []);
  useEffect(
    () =>
      onLock(() => {
        forgetOpened();
        setState('locked');
      }),
    [],
  );
  useEffect(() => {
    let hiddenAt = 0;
    let timer: ReturnType<typeof setTimeout>;
    const lockIfSet = async () => (await lockFacts()).pin && lockNow();
    const onVisibility = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') {
        hiddenAt = Date.now();
        timer = setTimeout(() => void lockIfSet(), awayMilliseconds);
      } else if (hiddenAt > 0 && Date.now() - hiddenAt >= awayMilliseconds) void lockIfSet();
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, []);

  const open = useCallback(() => setState('open'), []);
  const onErased = useCallback(() => {
    setErased(true);
    setState('starting');
    begin();
  }, [begin]);

  if (state === 'starting') return null;
  if (state === 'locked')
    return <LockPage onOpen={open} erase={eraseAndAskForProof} onErased={onErased} startAgain={startAgain} />;
  return (
    <>
      {erased && <Erased onRead={() => setErased(false)} />}
      {children}
    </>
  );
};

const Erased = ({ onRead }: { onRead(): void }) => {
  const say = useText();
  return (
    <div className="lock-erased">
      <Notice kind="check" title={say('lock.erased')} testId="lock-erased">
        <p>{say('lock.erased.text')}</p>
        <Button onClick={onRead}>{say('add.ok')}</Button>
      </Notice>
    </div>
  );
};
