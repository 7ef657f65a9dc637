/** Sets, changes and removes the lock. Who changes it proves the PIN first, counted like at the door. */
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { Keypad } from './keypad.tsx';
import type { lockZh } from './lock-texts.ts';
import { mayHavePasskey, setPasskey } from './passkey-lock.ts';
import { TopBar } from './top-bar.tsx';
import { goHome } from './use-route.ts';
import { useText } from './use-text.ts';
import { lockFacts, lockNow, openWithPin, removeLock, setPin } from './vault.ts';

type Step = 'current' | 'new' | 'repeat' | 'menu';
type Said = keyof typeof lockZh;

/** All one digit, or all one step up or down. */
const isWeak = (pin: string): boolean => {
  const steps = [...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at]));
  return steps.every((step) => step === steps[0]) && Math.abs(steps[0]!) <= 1;
};

export const LockSetupPage = ({ erase }: { erase(): Promise<void> }) => {
  const say = useText();
  const [step, setStep] = useState<Step>();
  const [said, setSaid] = useState<Said>();
  const [left, setLeft] = useState<{ left: number; wait: number }>();
  const [known, setKnown] = useState<string>();
  const [first, setFirst] = useState('');
  const [passkey, setHasPasskey] = useState({ possible: false, set: false });
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    void lockFacts().then(({ pin, passkey: set }) => {
      setStep(pin ? 'current' : 'new');
      void mayHavePasskey().then((possible) => setHasPasskey({ possible, set }));
    });
  }, []);

  const prove = useCallback(
    async (pin: string) => {
      const answer = await openWithPin(pin, erase);
      if (answer.is === 'erased') return location.replace('/wallet/');
      if (answer.is === 'wait') return lockNow();
      if (answer.is === 'wrong') return setLeft(answer);
      setLeft(undefined);
      setKnown(pin);
      setStep('menu');
    },
    [erase],
  );

  const onPin = useCallback(
    async (pin: string) => {
      setSaid(undefined);
      if (step === 'current') return prove(pin);
      if (step === 'new') {
        if (isWeak(pin)) return setSaid('lock.set.weak');
        setFirst(pin);
        return setStep('repeat');
      }
      setStep('new');
      if (pin !== first) return setSaid('lock.set.different');
      if (!(await setPin(pin, known).catch(() => false))) return setSaid('lock.set.failed');
      setKnown(pin);
      setSaid('lock.set.done');
      setStep('menu');
    },
    [step, first, known, prove],
  );

  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setSaid(undefined);
    void work().finally(() => setBusy(false));
  };
  const addPasskey = () =>
    run(async () => {
      const outcome = await setPasskey(known!);
      setSaid(`lock.set.passkey.${outcome}`);
      if (outcome === 'done') setHasPasskey({ possible: true, set: true });
    });
  const remove = () =>
    run(async () => {
      if (!(await removeLock(known!).catch(() => false))) return setSaid('lock.set.failed');
      setKnown(undefined);
      setHasPasskey({ ...passkey, set: false });
      setSaid('lock.set.removed');
    });

  if (!step) return null;
  if (step === 'menu')
    return (
      <main className="page" data-testid="lock-menu">
        <TopBar title={say('lock.set.title')} back />
        {said && (
          <Notice
            kind={
              said.endsWith('unfit') || said.endsWith('refused') || said.endsWith('failed') ? 'check' : 'good'
            }
            title={say(said)}
            testId={said}
          >
            {said === 'lock.set.done' && <p>{say('lock.set.done.text')}</p>}
          </Notice>
        )}
        {known !== undefined && passkey.possible && !passkey.set && (
          <Button wide disabled={busy} data-testid="add-passkey" onClick={addPasskey}>
            {say('lock.set.passkey')}
          </Button>
        )}
        {known !== undefined && said !== 'lock.set.done' && (
          <>
            <Button wide disabled={busy} data-testid="change-pin" onClick={() => setStep('new')}>
              {say('lock.set.change')}
            </Button>
            <Button wide disabled={busy} data-testid="remove-pin" onClick={remove}>
              {say('lock.set.remove')}
            </Button>
          </>
        )}
        <Button look="main" wide data-testid="lock-finish" onClick={goHome}>
          {say('lock.set.finish')}
        </Button>
      </main>
    );
  return (
    <main className="page" data-testid="lock-set">
      <TopBar title={say('lock.set.title')} back />
      <div className="lock-lead lock">
        <h2>{say(`lock.set.${step}`)}</h2>
        {step === 'new' && <p className="soft">{say('lock.set.new.text')}</p>}
        {(said || left) && (
          <Notice kind="check" testId={said ?? 'lock.wrong'}>
            <p>{said ? say(said) : say('lock.wrong', { left: left!.left })}</p>
          </Notice>
        )}
      </div>
      <Keypad onPin={onPin} />
    </main>
  );
};
