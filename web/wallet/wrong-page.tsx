/** "This is wrong" and "they refused it": to the office that issued the certificate (SHR-3). */
import { type FormEvent, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import type { TextKey } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import type { HeldCertificate } from './types.ts';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { failureKey, walletCall } from './wallet-call.ts';

const longest = { where: 100, words: 500 } as const;

export const WrongPage = ({ entry }: { entry: HeldCertificate }) => {
  const say = useText();
  const [kind, setKind] = useState<'wrong_field' | 'not_accepted'>();
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<TextKey>();
  const [sent, setSent] = useState(false);
  /** What the card and its views name; the photograph and whatever stands in neither is said in words. */
  const fields = new Map(
    [...entry.card.fields, ...entry.views.flatMap((view) => (view.yesNo ? [] : view.fields))].map(
      ({ name, label }) => [name, label],
    ),
  );
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    setSending(true);
    setFailed(undefined);
    const about = { certificate: entry.certificate.id, ...(entry.link ? { link: entry.link } : {}) };
    const body =
      kind === 'wrong_field'
        ? { kind, ...about, field: text('field'), words: text('words') }
        : { kind, ...about, where: text('where'), words: text('words') };
    await walletCall('/objections', body).then(
      () => setSent(true),
      (error: unknown) => setFailed(failureKey(error)),
    );
    setSending(false);
  };
  return (
    <main className="page" data-testid="wrong-page">
      <TopBar title={say('wrong.title')} back />
      <p className="soft">
        {local(entry.typeName)}
        {entry.issuer && ` · ${local(entry.issuer.name)}`}
      </p>
      {sent ? (
        <Notice kind="good" title={say('wrong.sent')} testId="sent">
          <p>{say('wrong.sent.text', { office: entry.issuer ? local(entry.issuer.name) : '' })}</p>
          <Button data-testid="open-requests" onClick={() => goTo('requests')}>
            {say('requests.title')}
          </Button>
        </Notice>
      ) : (
        <>
          <ul className="choices">
            {(['wrong_field', 'not_accepted'] as const).map((one) => (
              <li key={one}>
                <button
                  type="button"
                  className="choice"
                  aria-pressed={kind === one}
                  data-testid={one}
                  onClick={() => setKind(one)}
                >
                  <span>
                    <strong>{say(`wrong.${one}`)}</strong>
                    <span className="small soft">{say(`wrong.${one}.text`)}</span>
                  </span>
                  <Icon name={kind === one ? 'valid' : 'forward'} />
                </button>
              </li>
            ))}
          </ul>
          {kind && (
            <form className="form panel" onSubmit={(event) => void send(event)}>
              {kind === 'wrong_field' ? (
                <label className="field">
                  <span>{say('wrong.field')}</span>
                  <select name="field" required defaultValue="" data-testid="field">
                    <option value="" disabled>
                      {say('wrong.choose')}
                    </option>
                    {[...fields].map(([name, label]) => (
                      <option key={name} value={name}>
                        {local(label)}
                      </option>
                    ))}
                  </select>
                </label>
              ) : (
                <label className="field">
                  <span>{say('wrong.where')}</span>
                  <input name="where" required maxLength={longest.where} data-testid="where" />
                </label>
              )}
              <label className="field">
                <span>{say(kind === 'wrong_field' ? 'wrong.words' : 'wrong.said')}</span>
                <textarea name="words" required rows={4} maxLength={longest.words} data-testid="words" />
              </label>
              <p className="small soft">{say('wrong.reads')}</p>
              {failed && (
                <Notice kind="check" testId="failed">
                  <p>{say(failed)}</p>
                </Notice>
              )}
              <Button type="submit" look="main" wide disabled={sending} data-testid="send">
                {say('wrong.send')}
              </Button>
            </form>
          )}
        </>
      )}
    </main>
  );
};
