import { IconButton } from '../shared/button.tsx';
import { currentLanguage, setLanguage } from '../shared/i18n.ts';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';

/** The language switch is always one tap away and names the other language in itself. */
export const LanguageButton = () => {
  const say = useText();
  return (
    <button
      type="button"
      className="button button-plain"
      lang={currentLanguage() === 'zh' ? 'en' : 'zh-CN'}
      data-testid="language"
      onClick={() => setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')}
    >
      {say('app.language')}
    </button>
  );
};

export const TopBar = ({ title, back }: { title: string; back?: boolean }) => {
  const say = useText();
  return (
    <header className="top-bar">
      {back && (
        <IconButton icon="back" label={say('app.back')} data-testid="back" onClick={() => history.back()} />
      )}
      <h1 tabIndex={-1}>{title}</h1>
      {!back && (
        <>
          <LanguageButton />
          <IconButton icon="scan" label={say('scan.open')} data-testid="scan" onClick={() => goTo('scan')} />
          <IconButton
            icon="settings"
            label={say('app.settings')}
            data-testid="settings"
            onClick={() => goTo('settings')}
          />
        </>
      )}
    </header>
  );
};
