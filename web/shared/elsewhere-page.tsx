import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inAppBrowsers } from '../../src/http/in-app-browser.ts';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { Button } from './button.tsx';
import './elsewhere.css';
import { elsewhereTexts as texts } from './elsewhere-texts.ts';
import { currentLanguage, local, setLanguage } from './i18n.ts';
import type { Surroundings } from './surroundings.ts';

interface Props {
  which: 'wallet' | 'counter';
  around: Surroundings;
  onStay(): void;
}

/** What to do in place of failing halfway: why it does not work here, how to get out, and what works all the same. */
export const ElsewherePage = ({ which, around, onStay }: Props) => {
  useTranslation(); // drawn again when the language changes
  const app = around.kind === 'in_app' ? inAppBrowsers[around.app] : undefined;
  const say = (text: LocalText) => local(text).replaceAll('{{app}}', app ? local(app.name) : '');
  const title = say(app ? texts.inAppTitle : texts.insecureTitle);
  useEffect(() => {
    document.title = `${title} · OneCert`;
  }, [title]);
  return (
    <main className="elsewhere" data-testid="elsewhere" data-kind={app ? 'in_app' : 'insecure'}>
      <div className="elsewhere-head">
        <Button
          look="plain"
          lang={currentLanguage() === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')}
        >
          {currentLanguage() === 'zh' ? 'English' : '中文'}
        </Button>
      </div>
      <h1>{title}</h1>
      <p>{say(app ? texts.inAppWhy[which] : texts.insecureWhy)}</p>
      <p className="elsewhere-way" data-testid="elsewhere-way">
        {say(app ? app.way : texts.insecureDo)}
      </p>
      {app ? <CopyAddress say={say} /> : <p className="soft">{say(texts.insecureTry)}</p>}
      <section className="elsewhere-works" aria-labelledby="works-title">
        <h2 id="works-title">{say(texts.worksTitle)}</h2>
        <p data-testid="elsewhere-works">{say((app ? texts.inAppWorks : texts.insecureWorks)[which])}</p>
        {app && (
          <Button wide data-testid="stay" onClick={onStay}>
            {say(texts.goOn)}
          </Button>
        )}
      </section>
    </main>
  );
};

/** The address without what a login brought back: only this tab could use that. */
const address = (): string => location.origin + location.pathname + location.hash;

const CopyAddress = ({ say }: { say(text: LocalText): string }) => {
  const field = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<'copied' | 'copyByHand'>();
  const copy = async () => {
    field.current?.select();
    // Some embedded browsers have no clipboard, or ask and refuse: the address stands selected then.
    const done = await navigator.clipboard?.writeText(address()).then(
      () => true,
      () => false,
    );
    setOutcome(done ? 'copied' : 'copyByHand');
  };
  return (
    <div className="elsewhere-copy">
      <label htmlFor="elsewhere-address">{say(texts.paste)}</label>
      <input
        ref={field}
        id="elsewhere-address"
        data-testid="elsewhere-address"
        lang="en"
        readOnly
        aria-label={say(texts.address)}
        value={address()}
        onFocus={({ target }) => target.select()}
      />
      <Button look="main" wide data-testid="copy-address" onClick={() => void copy()}>
        {say(texts.copy)}
      </Button>
      <p className="small" role="status">
        {outcome && say(texts[outcome])}
      </p>
    </div>
  );
};
