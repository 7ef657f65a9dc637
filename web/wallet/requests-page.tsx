/** What she objected to or asked for, and how far each is. */
import { useCallback, useEffect, useState } from 'react';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { local } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import type { TextKey } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import { useText } from './use-text.ts';
import { failureKey, walletCall } from './wallet-call.ts';

interface Objection {
  id: string;
  kind: 'wrong_field' | 'not_accepted' | 'delete_data';
  state: 'open' | 'correcting' | 'corrected' | 'settled' | 'refused' | 'withdrawn';
  office?: LocalText;
  /** Of a child's or relative's. */
  person?: string;
  typeName?: LocalText;
  field?: LocalText;
  of?: { name?: LocalText };
  where?: string;
  words?: string;
  filedAt: number;
  answeredAt?: number;
  reason?: LocalText;
  answer?: string;
  correctedBy?: string;
}

const noticeOf = {
  open: 'info',
  correcting: 'info',
  corrected: 'good',
  settled: 'good',
  refused: 'check',
  withdrawn: 'info',
} as const;

export const RequestsPage = () => {
  const say = useText();
  const [all, setAll] = useState<Objection[]>();
  const [failed, setFailed] = useState<TextKey>();
  const read = useCallback(
    () =>
      walletCall<{ objections: Objection[] }>('/objections').then(
        ({ objections }) => setAll(objections),
        (error: unknown) => setFailed(failureKey(error)),
      ),
    [],
  );
  useEffect(() => {
    void read();
  }, [read]);
  const withdraw = async (id: string) => {
    await walletCall(`/objections/${id}/withdraw`, {}).catch((error: unknown) =>
      setFailed(failureKey(error)),
    );
    await read();
  };
  return (
    <main className="page" data-testid="requests-page">
      <TopBar title={say('requests.title')} back />
      {failed && (
        <Notice kind="check" testId="failed">
          <p>{say(failed)}</p>
        </Notice>
      )}
      {!all && !failed && <p role="status">{say('records.reading')}</p>}
      {all?.length === 0 && <p data-testid="nothing">{say('requests.none')}</p>}
      <ul className="records">
        {all?.map((one) => (
          <li key={one.id} className="record" data-testid={`request-${one.kind}`}>
            <p className="small soft">
              <time className="number">{formatMoment(one.filedAt)}</time>
              {one.office && ` · ${local(one.office)}`}
            </p>
            <p>
              <strong>{say(`requests.${one.kind}`)}</strong>
              {one.person && ` · ${one.person}`}
              {[one.typeName, one.field, one.of?.name].map((name) => name && ` · ${local(name)}`)}
              {one.where && ` · ${one.where}`}
            </p>
            {one.words && <p className="small">{one.words}</p>}
            <Notice kind={noticeOf[one.state]} title={say(`requests.${one.state}`)} testId={one.state}>
              {one.reason && <p>{local(one.reason)}</p>}
              {one.answer && <p>{say('requests.answer', { text: one.answer })}</p>}
              {one.correctedBy && <p className="small number long-number">{one.correctedBy}</p>}
            </Notice>
            {one.state === 'open' && (
              <Button data-testid="withdraw" onClick={() => void withdraw(one.id)}>
                {say('requests.withdraw')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </main>
  );
};
