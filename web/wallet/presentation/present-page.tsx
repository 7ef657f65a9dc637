/** Somebody asks for certificates: who, what for, exactly what they will see, until when; yes or not now. */
import { useState } from 'react';
import type { AskerWords } from '../../../src/presentations/protocol/asker-words.ts';
import { Button } from '../../shared/button.tsx';
import { formatMoment, formatTime } from '../../shared/format.ts';
import { currentLanguage, local } from '../../shared/i18n.ts';
import { Icon } from '../../shared/icon.tsx';
import { Notice } from '../../shared/notice.tsx';
import { TopBar } from '../top-bar.tsx';
import { goHome } from '../use-route.ts';
import type { Wallet } from '../use-wallet.ts';
import { Disclosure } from './disclosure.tsx';
import type { OpenedRequest } from './open-request.ts';
import { PasteLink } from './paste-link.tsx';
import type { Candidate, Consent } from './prepare-consent.ts';
import { type SayPresent, usePresentText } from './present-texts.ts';
import { heldLink } from './read-link.ts';
import './present.css';
import { type PresentEnd, type Presenting, usePresenting } from './use-presenting.ts';

const kindOf: Record<PresentEnd, 'good' | 'bad' | 'check' | 'info'> = {
  sent: 'good',
  refused: 'info',
  mismatch: 'bad',
  ended: 'check',
  forged: 'bad',
  unreadable: 'check',
  unsupported: 'check',
  unfit: 'check',
  notTaken: 'check',
  unreachable: 'check',
  failed: 'check',
};

export const PresentPage = ({ wallet }: { wallet: Wallet }) => {
  const say = usePresentText();
  const [link, setLink] = useState(heldLink);
  return (
    <main className="page" data-testid="present-page">
      <TopBar title={say('title')} back />
      {link === undefined ? (
        <PasteLink onLink={setLink} />
      ) : wallet.signedIn ? (
        <Request key={link} link={link} wallet={wallet} />
      ) : wallet.loading ? (
        <p role="status">{say('loading')}</p>
      ) : (
        <Notice kind="info" title={say('signIn')} testId="present-sign-in">
          <p>{say('signIn.text')}</p>
          <Button look="main" wide data-testid="sign-in" onClick={wallet.signIn}>
            {say('signIn.button')}
          </Button>
        </Notice>
      )}
    </main>
  );
};

const Request = ({ link, wallet }: { link: string; wallet: Wallet }) => {
  const say = usePresentText();
  const presenting = usePresenting(link, wallet.list);
  const { request, consent, end } = presenting;
  if (end) return <End end={end} presenting={presenting} />;
  if (!request || !consent) return <p role="status">{say('loading')}</p>;
  return (
    <>
      <Asker request={request} />
      {consent.refused && (
        <Notice kind="check" title={say('before')} testId="present-before">
          <p>{beforeText(say, consent, consent.refused)}</p>
        </Notice>
      )}
      {consent.parts.length === 0 ? (
        <>
          <Notice kind="check" title={say('missing')} testId="present-missing">
            <p>{say('missing.text')}</p>
          </Notice>
          <Button wide data-testid="present-refuse" disabled={presenting.busy} onClick={presenting.refuse}>
            {say('tell')}
          </Button>
        </>
      ) : (
        <Decide request={request} presenting={presenting} />
      )}
    </>
  );
};

const beforeText = (
  say: SayPresent,
  { parts }: Consent,
  { at, fields }: NonNullable<Consent['refused']>,
): string => {
  const known = parts.flatMap(({ candidates }) => candidates[0]?.claims ?? []);
  const labels = known.filter(({ name }) => fields.includes(name)).map(({ label }) => local(label));
  const time = formatMoment(at);
  return labels.length === 0
    ? say('before.any', { time })
    : say('before.text', { time, fields: labels.join(currentLanguage() === 'zh' ? '、' : ', ') });
};

/** An office goes by its name in the reader's language, an app by its own. */
const nameOf = ({ app, name, unit }: AskerWords): string => (app || !unit ? name : local(unit));

const Asker = ({ request }: { request: OpenedRequest }) => {
  const say = usePresentText();
  const { asker, standing, host, claimedName, until } = request;
  return (
    <>
      {standing !== 'province' && (
        <Notice kind="check" title={say('stranger')} testId="present-stranger">
          <p>{say(standing === 'signed' ? 'stranger.signed' : 'stranger.unsigned', { host })}</p>
        </Notice>
      )}
      <dl className="panel facts" data-testid="present-asker">
        <div>
          <dt>{say('who')}</dt>
          <dd>
            <strong>{asker ? nameOf(asker) : host}</strong>
            {asker?.app && asker.unit && <span>{local(asker.unit)}</span>}
            {asker && (
              <span className="small present-known">
                <Icon name="valid" />
                {say('province')}
              </span>
            )}
            {!asker && claimedName && (
              <span className="soft small">{say('calls', { name: claimedName })}</span>
            )}
          </dd>
        </div>
        {asker && (
          <div>
            <dt>{say('what')}</dt>
            <dd>
              {local(asker.purpose)}
              {asker.item && local(asker.item) !== local(asker.purpose) && (
                <span className="soft small">{say('item', { name: local(asker.item) })}</span>
              )}
            </dd>
          </div>
        )}
        {until !== undefined && (
          <div>
            <dt>{say('until')}</dt>
            <dd>{formatTime(until)}</dd>
          </div>
        )}
      </dl>
    </>
  );
};

const Decide = ({ request, presenting }: { request: OpenedRequest; presenting: Presenting }) => {
  const say = usePresentText();
  const { parts } = presenting.consent!;
  const [chosen, setChosen] = useState<Candidate[]>(parts.map(({ candidates }) => candidates[0]!));
  const { numbers, right } = request.asker ?? {};
  return (
    <>
      <Disclosure parts={parts} chosen={chosen} onChoose={setChosen} />
      {presenting.busy && <p role="status">{say('sending')}</p>}
      {numbers ? (
        <section className="allow-which">
          <h2>{say('numbers')}</h2>
          <p className="soft">{say('numbers.text')}</p>
          <div className="allow-numbers">
            {numbers.map((number) => (
              <button
                key={number}
                type="button"
                className="button"
                data-testid={`present-${number}`}
                aria-label={say('number', { number })}
                disabled={presenting.busy}
                onClick={() => (number === right ? presenting.agree(chosen) : presenting.mismatch())}
              >
                {number}
              </button>
            ))}
          </div>
        </section>
      ) : (
        <Button
          look="main"
          wide
          className="present-act"
          data-testid="present-agree"
          disabled={presenting.busy}
          onClick={() => presenting.agree(chosen)}
        >
          {say('agree')}
        </Button>
      )}
      <Button
        wide
        className="present-act"
        data-testid="present-refuse"
        disabled={presenting.busy}
        onClick={presenting.refuse}
      >
        {say('refuse')}
      </Button>
    </>
  );
};

const End = ({ end, presenting }: { end: PresentEnd; presenting: Presenting }) => {
  const say = usePresentText();
  const { goOnTo, number } = presenting.sent ?? {};
  return (
    <>
      <Notice kind={kindOf[end]} title={say(end)} testId={`present-${end}`}>
        <p>{say(end === 'sent' && goOnTo ? 'sent.on' : `${end}.text`)}</p>
      </Notice>
      {number && (
        <section className="present-number" data-testid="present-number">
          <p>{say('sent.number')}</p>
          <strong>{number}</strong>
        </section>
      )}
      {goOnTo && (
        <a className="button button-main button-wide" href={goOnTo} data-testid="present-back">
          {say('sent.link', { host: new URL(goOnTo).host })}
        </a>
      )}
      <Button wide data-testid="present-home" onClick={goHome}>
        {say('home')}
      </Button>
    </>
  );
};
