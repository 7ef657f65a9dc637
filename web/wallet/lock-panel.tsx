import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { lockFacts, lockNow } from './vault.ts';

/** The lock's part of the settings. */
export const LockPanel = () => {
  const say = useText();
  const [pin, setPin] = useState<boolean>();
  useEffect(() => {
    void lockFacts().then((facts) => setPin(facts.pin));
  }, []);
  if (pin === undefined) return null;
  return (
    <section className="panel">
      <h2>{say('lock.settings')}</h2>
      <p className="soft">{say(pin ? 'lock.settings.on' : 'lock.settings.off')}</p>
      {pin && (
        <Button wide data-testid="lock-now" onClick={lockNow}>
          {say('lock.settings.now')}
        </Button>
      )}
      <Button wide data-testid="lock-setup" onClick={() => goTo('lock')}>
        {say(pin ? 'lock.settings.change' : 'lock.ask.set')}
      </Button>
    </section>
  );
};
