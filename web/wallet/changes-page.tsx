/** What changed since she last looked; having looked, it is seen. */
import { useEffect, useState } from 'react';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { local } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import type { TextKey } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { failureKey, walletCall } from './wallet-call.ts';

interface Change {
  id: string;
  at: number;
  kind: 'state' | 'version' | 'phone' | 'power' | 'look' | 'answer';
  text: LocalText;
  who: LocalText;
  why?: LocalText;
}

interface Answer {
  changes: Change[];
  more: number;
  upTo: number;
}

export const ChangesPage = () => {
  const say = useText();
  const [answer, setAnswer] = useState<Answer>();
  const [failed, setFailed] = useState<TextKey>();
  useEffect(() => {
    walletCall<Answer>('/changes').then(
      (read) => {
        setAnswer(read);
        // Told again next time when this does not arrive: rather twice than never.
        if (read.changes.length > 0)
          void walletCall('/changes/seen', { upTo: read.upTo }).catch(() => undefined);
      },
      (error: unknown) => setFailed(failureKey(error)),
    );
  }, []);
  return (
    <main className="page" data-testid="changes-page">
      <TopBar title={say('changes.title')} back />
      {failed && (
        <Notice kind="check" testId="failed">
          <p>{say(failed)}</p>
        </Notice>
      )}
      {!answer && !failed && <p role="status">{say('records.reading')}</p>}
      {answer?.changes.length === 0 && <p data-testid="nothing">{say('changes.none')}</p>}
      <ul className="records">
        {answer?.changes.map(({ id, at, kind, text, who, why }) => (
          <li key={id} className="record" data-testid={`change-${kind}`}>
            <p className="small soft">
              {say(`changes.${kind}`)} · <time className="number">{formatMoment(at)}</time>
            </p>
            <p>
              <strong>{local(text)}</strong>
            </p>
            <p className="small">
              {local(who)}
              {why && ` · ${local(why)}`}
            </p>
          </li>
        ))}
      </ul>
      {answer !== undefined && answer.more > 0 && (
        <p className="soft">{say('changes.more', { count: answer.more })}</p>
      )}
      {answer && (
        <Button wide data-testid="open-uses" onClick={() => goTo('uses')}>
          {say('uses.title')}
        </Button>
      )}
    </main>
  );
};
