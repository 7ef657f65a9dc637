import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { LanguageButton } from './top-bar.tsx';
import { useText } from './use-text.ts';

/** This phone was ended from another one or at a counter; nothing is left on it. */
export const PhoneEndedPage = ({ onSignOut }: { onSignOut(): void }) => {
  const say = useText();
  return (
    <main className="page" data-testid="phone-ended">
      <header className="top-bar">
        <h1 tabIndex={-1}>{say('app.name')}</h1>
        <LanguageButton />
      </header>
      <Notice kind="bad" title={say('ended.title')}>
        <p>{say('ended.text')}</p>
      </Notice>
      <Button look="main" wide data-testid="ended-act" onClick={onSignOut}>
        {say('ended.act')}
      </Button>
    </main>
  );
};
