/** What stands in front of a locked wallet. It works without a network. */
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { Keypad } from './keypad.tsx';
import { openWithPasskey } from './passkey-lock.ts';
import { LanguageButton } from './top-bar.tsx';
import { useText } from './use-text.ts';
import { lockFacts, openWithPin, readAttempts } from './vault.ts';

interface Props {
  onOpen(): void;
  /** Erases everything here; a password or passkey of the account is asked for at the next sign-in. */
  erase(): Promise<void>;
  onErased(): void;
  /** Erases and leaves for the login. Throws without a network, with nothing erased. */
  startAgain(): Promise<void>;
}

type Said = { wrong: boolean; left: number } | 'checking' | 'passkey' | undefined;

export const LockPage = ({ onOpen, erase, onErased, startAgain }: Props) => {
  const say = useText();
  const [passkey, setPasskey] = useState(false);
  const [said, setSaid] = useState<Said>();
  const [wait, setWait] = useState(0);
  const [forgot, setForgot] = useState<'asked' | 'offline'>();

  useEffect(() => {
    void lockFacts().then((facts) => setPasskey(facts.passkey));
    void readAttempts().then(({ left, wait: before }) => {
      setWait(before);
      if (before > 0) setSaid({ wrong: false, left });
    });
  }, []);
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const onPin = useCallback(
    async (pin: string) => {
      setSaid('checking');
      const answer = await openWithPin(pin, erase);
      if (answer.is === 'open') return onOpen();
      if (answer.is === 'erased') return onErased();
      setSaid({ wrong: answer.is === 'wrong', left: answer.left });
      setWait(answer.wait);
    },
    [erase, onOpen, onErased],
  );

  if (forgot)
    return (
      <main className="page lock" data-testid="forgot-page">
        <div className="lock-lead">
          <h1 tabIndex={-1}>{say('lock.forgot.title')}</h1>
          <p>{say('lock.forgot.text')}</p>
        </div>
        <div className="lock-acts">
          {forgot === 'offline' && (
            <Notice kind="offline" testId="forgot-offline">
              <p>{say('lock.forgot.offline')}</p>
            </Notice>
          )}
          <Button
            look="main"
            wide
            data-testid="forgot-act"
            onClick={() => void startAgain().catch(() => setForgot('offline'))}
          >
            {say('lock.forgot.act')}
          </Button>
          <Button wide onClick={() => setForgot(undefined)}>
            {say('app.back')}
          </Button>
        </div>
      </main>
    );
  const sentence = () => {
    if (said === 'checking') return say('lock.checking');
    if (said === 'passkey') return say('lock.passkey.failed');
    if (said && wait > 0) return say('lock.wait', { seconds: wait, left: said.left });
    if (said?.wrong) return say('lock.wrong', { left: said.left });
    return say('lock.enter');
  };
  return (
    <main className="page lock" data-testid="lock-page">
      <div className="lock-top">
        <LanguageButton />
      </div>
      <div className="lock-lead">
        <img src="icon.svg" alt="" width="56" height="56" />
        <h1 tabIndex={-1}>{say('lock.title')}</h1>
        <p className="lock-say" role="status" data-testid="lock-say">
          {sentence()}
        </p>
      </div>
      <Keypad disabled={said === 'checking' || wait > 0} onPin={onPin} />
      <div className="lock-acts">
        {passkey && (
          <Button
            wide
            data-testid="open-passkey"
            onClick={async () => ((await openWithPasskey()) ? onOpen() : setSaid('passkey'))}
          >
            <Icon name="valid" />
            {say('lock.passkey')}
          </Button>
        )}
        <Button look="plain" data-testid="forgot" onClick={() => setForgot('asked')}>
          {say('lock.forgot')}
        </Button>
      </div>
    </main>
  );
};
