import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { currentLanguage } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import { setElderMode } from '../shared/preferences.ts';
import { LockPanel } from './lock-panel.tsx';
import { RecordLinks } from './record-links.tsx';
import { needsInstall } from './safety-notices.tsx';
import { LanguageButton, TopBar } from './top-bar.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

interface Props {
  wallet: Wallet;
  elder: boolean;
  onElder(on: boolean): void;
}

/** Pages of the login on this origin; they take language and large text over from here. */
const accountPages = [
  { path: '/account', text: 'settings.account.home' },
  { path: '/account/sessions', text: 'settings.account.sessions' },
  { path: '/account/phones', text: 'settings.account.phones' },
  { path: '/account/lost-card', text: 'settings.account.lostCard' },
  { path: '/account/family', text: 'settings.account.family' },
] as const;

const accountAddress = (path: string, elder: boolean): string =>
  `${path}?lang=${currentLanguage()}${elder ? '&elder=on' : ''}`;

export const SettingsPage = ({ wallet, elder, onElder }: Props) => {
  const say = useText();
  const [kept, setKept] = useState<boolean>();
  useEffect(() => {
    void navigator.storage?.persisted?.().then(setKept);
  }, []);
  return (
    <main className="page" data-testid="settings-page">
      <TopBar title={say('settings.title')} back />
      <section className="panel">
        <label className="switch">
          <span>{say('settings.elder')}</span>
          <input
            type="checkbox"
            checked={elder}
            data-testid="elder"
            onChange={({ target }) => {
              setElderMode(target.checked);
              onElder(target.checked);
            }}
          />
        </label>
        <div className="switch">
          <span>{say('settings.language')}</span>
          <LanguageButton />
        </div>
      </section>
      <LockPanel />
      <section className="panel">
        <h2>{say('settings.offline')}</h2>
        <p>{say('settings.copies', { count: wallet.copies.length })}</p>
        {kept !== undefined && (
          <p className="soft">{say(kept ? 'settings.storage.kept' : 'settings.storage.notKept')}</p>
        )}
        {needsInstall() && (
          <Notice kind="info">
            <p>{say('settings.install')}</p>
          </Notice>
        )}
      </section>
      <section className="panel">
        <h2>{say('move.title')}</h2>
        <p className="soft">{say('move.settings')}</p>
        <Button wide data-testid="move" onClick={() => goTo('move')}>
          {say('move.open')}
        </Button>
      </section>
      <section className="panel">
        <h2>{say('settings.account')}</h2>
        {/* 长辈版: few actions a screen; the first page leads to the others. */}
        {accountPages.slice(0, elder ? 1 : undefined).map(({ path, text }) => (
          <a key={path} className="button button-wide" href={accountAddress(path, elder)} data-testid={text}>
            {say(text)}
          </a>
        ))}
      </section>
      <RecordLinks elder={elder} family={(wallet.list?.family?.length ?? 0) > 0} />
      {wallet.signedIn && (
        <section className="panel">
          <h2>{say('settings.identity')}</h2>
          <p className="soft">{say('settings.identity.text')}</p>
          <Button wide data-testid="switch-identity" onClick={wallet.switchIdentity}>
            {say('settings.identity.switch')}
          </Button>
        </section>
      )}
      {(wallet.signedIn || wallet.list) && (
        <section className="panel">
          <p className="soft">{say('settings.signOut.text')}</p>
          <Button wide data-testid="sign-out" onClick={wallet.signOut}>
            {say('settings.signOut')}
          </Button>
        </section>
      )}
    </main>
  );
};
