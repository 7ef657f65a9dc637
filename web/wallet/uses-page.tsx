/** Who used what of hers, when and why; with "stop" and "ask them to delete" where that is hers to say (ZLB-6). */
import { useCallback, useEffect, useState } from 'react';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import type { TextKey } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { failureKey, walletCall } from './wallet-call.ts';

interface Named<Kind> {
  kind: Kind;
  id: string;
  name: LocalText;
}

interface Use {
  id: string;
  at: number;
  act: LocalText;
  about?: LocalText;
  who: LocalText;
  why?: LocalText;
  fields: LocalText[];
  result: 'ok' | 'refused' | 'failed';
  offline: boolean;
  stop?: Named<'app' | 'family'>;
  ask?: Named<'app' | 'unit'>;
}

interface Page {
  uses: Use[];
  next?: string;
}

/** Asked twice: an act that cannot be taken back is named before it is done. */
type Asked = { id: string; act: 'stop' | 'ask' };

export const UsesPage = () => {
  const say = useText();
  const [pages, setPages] = useState<Page>();
  const [failed, setFailed] = useState<TextKey>();
  const [said, setSaid] = useState<{ key: 'uses.stopped' | 'uses.asked'; name: string }>();
  const [asked, setAsked] = useState<Asked>();
  const read = useCallback(async (after?: string) => {
    try {
      const page = await walletCall<Page>(`/uses${after ? `?after=${encodeURIComponent(after)}` : ''}`);
      setPages((before) => ({ ...page, uses: [...(after ? (before?.uses ?? []) : []), ...page.uses] }));
      setFailed(undefined);
    } catch (error) {
      setFailed(failureKey(error));
    }
  }, []);
  useEffect(() => {
    void read();
  }, [read]);

  const act = async ({ stop, ask }: Use, which: Asked['act']) => {
    const of = which === 'stop' ? stop : ask;
    if (!of) return;
    setAsked(undefined);
    try {
      const { kind, id } = of;
      if (which === 'stop') await walletCall('/uses/stop', { kind, id });
      else await walletCall('/objections', { kind: 'delete_data', of: { kind, id } });
      setSaid({ key: which === 'stop' ? 'uses.stopped' : 'uses.asked', name: local(of.name) });
      window.scrollTo(0, 0);
      await read();
    } catch (error) {
      setFailed(failureKey(error));
    }
  };

  return (
    <main className="page" data-testid="uses-page">
      <TopBar title={say('uses.title')} back />
      <p className="soft">{say('uses.text')}</p>
      {said && (
        <Notice kind="good" title={say(said.key, { name: said.name })} testId={said.key}>
          {said.key === 'uses.asked' && (
            <Button onClick={() => goTo('requests')}>{say('requests.title')}</Button>
          )}
        </Notice>
      )}
      {failed && (
        <Notice kind="check" testId="failed">
          <p>{say(failed)}</p>
        </Notice>
      )}
      {!pages && !failed && <p role="status">{say('records.reading')}</p>}
      {pages?.uses.length === 0 && <p data-testid="nothing">{say('uses.none')}</p>}
      <ul className="records">
        {pages?.uses.map((use) => (
          <li key={use.id} className="record" data-testid="use">
            <UseWords use={use} />
            <div className="record-acts">
              {(['stop', 'ask'] as const).map(
                (which) =>
                  use[which] && (
                    <Button
                      key={which}
                      data-testid={which}
                      onClick={() => setAsked({ id: use.id, act: which })}
                    >
                      {say(`uses.${which}`)}
                    </Button>
                  ),
              )}
            </div>
            {asked?.id === use.id && (
              <Notice
                kind="check"
                title={say(`uses.${asked.act}.sure`, { name: local(use[asked.act]!.name) })}
                testId="sure"
              >
                <p>{say(`uses.${asked.act}.means`)}</p>
                <div className="record-acts">
                  <Button look="main" data-testid="yes" onClick={() => void act(use, asked.act)}>
                    {say(`uses.${asked.act}`)}
                  </Button>
                  <Button onClick={() => setAsked(undefined)}>{say('uses.no')}</Button>
                </div>
              </Notice>
            )}
          </li>
        ))}
      </ul>
      {pages?.next && (
        <Button wide data-testid="more" onClick={() => void read(pages.next)}>
          {say('uses.more')}
        </Button>
      )}
    </main>
  );
};

const UseWords = ({ use }: { use: Use }) => {
  const say = useText();
  const { act, about, at, who, why, fields, result, offline } = use;
  return (
    <>
      <p className="small soft">
        <time className="number">{formatMoment(at)}</time>
        {offline && ` · ${say('uses.offline')}`}
      </p>
      <p>
        <strong>{local(act)}</strong>
        {about && ` · ${local(about)}`}
        {result !== 'ok' && <strong className="record-refused"> · {say(`uses.${result}`)}</strong>}
      </p>
      <p className="small">
        {say('uses.who')}
        {local(who)}
        {why && (
          <>
            <br />
            {say('uses.why')}
            {local(why)}
          </>
        )}
        {fields.length > 0 && (
          <>
            <br />
            {say('uses.fields')}
            {fields.map((name) => local(name)).join(currentLanguage() === 'zh' ? '、' : ', ')}
          </>
        )}
      </p>
    </>
  );
};
