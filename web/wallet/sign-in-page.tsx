import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { setElderMode } from '../shared/preferences.ts';
import { LanguageButton } from './top-bar.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

interface Props {
  wallet: Wallet;
  elder: boolean;
  onElder(on: boolean): void;
}

export const SignInPage = ({ wallet, elder, onElder }: Props) => {
  const say = useText();
  const points = ['signin.points.1', 'signin.points.2', 'signin.points.3'] as const;
  return (
    <main className="page sign-in" data-testid="sign-in-page">
      <div className="sign-in-top">
        <Button
          look="plain"
          data-testid="elder"
          aria-pressed={elder}
          onClick={() => {
            setElderMode(!elder);
            onElder(!elder);
          }}
        >
          {say(elder ? 'signin.standard' : 'signin.elder')}
        </Button>
        <LanguageButton />
      </div>
      <div className="sign-in-lead">
        <img src="icon.svg" alt="" width="72" height="72" />
        <h1 tabIndex={-1}>{say('app.name')}</h1>
        <p className="strong">{say('app.promise')}</p>
        <p className="soft">{say('signin.lead')}</p>
        <ul className="points">
          {points.map((point) => (
            <li key={point}>
              <Icon name="valid" />
              {say(point)}
            </li>
          ))}
        </ul>
      </div>
      <div className="sign-in-act">
        {wallet.unreachable && (
          <Notice kind="offline" title={say('signin.unreachable')}>
            <p>{say('signin.unreachable.text')}</p>
          </Notice>
        )}
        {wallet.problem && (
          <Notice kind="bad" title={say('signin.failed')}>
            <p>{say('signin.failed.text')}</p>
          </Notice>
        )}
        <Button look="main" wide data-testid="sign-in" onClick={wallet.signIn}>
          {say('signin.button')}
        </Button>
        <Button look="plain" wide data-testid="move" onClick={() => goTo('move')}>
          {say('move.enter')}
        </Button>
      </div>
    </main>
  );
};
