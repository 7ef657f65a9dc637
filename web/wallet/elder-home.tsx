import { Button } from '../shared/button.tsx';
import { Icon, type IconName } from '../shared/icon.tsx';
import { HomeNotices } from './home-notices.tsx';
import { LanguageButton } from './top-bar.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

/** 长辈版: four actions, nothing else on the first screen. */
export const ElderHome = ({ wallet }: { wallet: Wallet }) => {
  const say = useText();
  const available = wallet.list?.certificates.some(({ status }) => status === 'available');
  const actions: {
    id: 'show' | 'cards' | 'add' | 'settings';
    icon: IconName;
    act(): void;
    disabled?: boolean;
  }[] = [
    { id: 'show', icon: 'code', act: () => goTo('show') },
    { id: 'cards', icon: 'card', act: () => goTo('cards') },
    {
      id: 'add',
      icon: 'plus',
      act: wallet.addAll,
      disabled: !available || wallet.adding !== undefined || !wallet.signedIn || wallet.unreachable,
    },
    { id: 'settings', icon: 'settings', act: () => goTo('settings') },
  ];
  return (
    <main className="page elder" data-testid="elder-home">
      <header className="top-bar">
        <h1 tabIndex={-1}>{say('app.name')}</h1>
        <Button look="plain" data-testid="scan" onClick={() => goTo('scan')}>
          {say('scan.open')}
        </Button>
        <LanguageButton />
      </header>
      {wallet.displayName && (
        <p className="soft holder">
          <span>{wallet.displayName}</span>
          {wallet.actingFor && (
            <span>
              {say(wallet.actingFor.kind === 'office' ? 'home.inOffice' : 'home.actingFor', {
                name: wallet.actingFor.name,
              })}
            </span>
          )}
        </p>
      )}
      <HomeNotices wallet={wallet} />
      <div className="elder-actions">
        {actions.map(({ id, icon, act, disabled }) => (
          <button
            key={id}
            type="button"
            className={id === 'show' ? 'elder-action elder-main' : 'elder-action'}
            data-testid={`elder-${id}`}
            disabled={disabled}
            onClick={act}
          >
            <Icon name={icon} />
            <strong>{say(`elder.${id}`)}</strong>
            <span>
              {say(id === 'add' && wallet.list && !available ? 'elder.add.none' : `elder.${id}.text`)}
            </span>
          </button>
        ))}
      </div>
    </main>
  );
};
