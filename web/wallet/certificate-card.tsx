import { type CSSProperties, useEffect, useState } from 'react';
import { Button, IconButton } from '../shared/button.tsx';
import { formatDay, formatMoment, formatValue } from '../shared/format.ts';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { serverSeconds } from '../shared/server-time.ts';
import { offlineUntil } from './offline-until.ts';
import { readableOn } from './readable-on.ts';
import { type HeldCertificate, isShowable, keyOf, type RevealedField } from './types.ts';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import type { Copy } from './wallet-store.ts';

const revealSeconds = 10;
/** An 18-digit number must not break in two. */
const longValue = 12;

interface Props {
  entry: HeldCertificate;
  asOf: number;
  copies: readonly Copy[];
  canReveal: boolean;
  reveal(certificateId: string): Promise<RevealedField[]>;
}

export const CertificateCard = ({ entry, asOf, copies, canReveal, reveal }: Props) => {
  const say = useText();
  const { certificate, card, typeName, issuer } = entry;
  const [opened, setOpened] = useState<RevealedField[]>();
  const [left, setLeft] = useState(0);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (left <= 0) return setOpened(undefined);
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  useEffect(() => {
    const cover = () => setLeft(0);
    document.addEventListener('visibilitychange', cover);
    return () => document.removeEventListener('visibilitychange', cover);
  }, []);

  const open = async () => {
    setFailed(false);
    try {
      setOpened(await reveal(certificate.id));
      setLeft(revealSeconds);
    } catch {
      setFailed(true);
    }
  };

  const now = serverSeconds();
  const expired = (certificate.validUntil ?? Number.POSITIVE_INFINITY) <= now;
  const inForce = isShowable(entry, now);
  const until = offlineUntil(copies, entry, now);
  const stateWord =
    certificate.state === '01' && expired ? say('card.expired') : local(certificate.stateName);
  const titleId = `card-${certificate.id}`;
  const band: CSSProperties = { background: card.color, color: readableOn(card.color) };
  const masked: RevealedField[] = card.fields.map(({ name, label, masked: value }) => ({
    name,
    label,
    value,
  }));
  return (
    <article
      className={inForce ? 'card' : 'card card-off'}
      aria-labelledby={titleId}
      data-testid={`card-${entry.type}`}
    >
      <p className="card-band" style={band}>
        {issuer ? local(issuer.name) : ''}
      </p>
      {!inForce && (
        <p className="card-state" data-testid="state">
          <Icon name="not_valid" />
          {stateWord}
        </p>
      )}
      <div className="card-body">
        <div className="card-title">
          <h2 id={titleId}>
            {typeName.zh}
            <span className="card-title-en" lang="en">
              {typeName.en}
            </span>
          </h2>
          <IconButton
            icon={opened ? 'eye_off' : 'eye'}
            label={say(opened ? 'card.eye.close' : 'card.eye')}
            aria-pressed={opened !== undefined}
            data-testid={`eye-${entry.type}`}
            onClick={() => (opened ? setLeft(0) : canReveal ? void open() : setFailed(true))}
          />
        </div>
        <dl className="card-fields number">
          {(opened ?? masked).map(({ name, label, value, photo }) => (
            <div key={name} className={value.length >= longValue ? 'long' : undefined}>
              <dt>{local(label)}</dt>
              <dd>
                {photo ? (
                  <img className="card-photo" src={`data:image/jpeg;base64,${value}`} alt={local(label)} />
                ) : (
                  formatValue(value) || '—'
                )}
              </dd>
            </div>
          ))}
        </dl>
        {opened && (
          <p className="small soft" role="timer">
            {say('card.eye.left', { seconds: left })}
          </p>
        )}
        {failed && (
          <p className="small" role="alert">
            {say('card.reveal.offline')}
          </p>
        )}
        {inForce && entry.views.length > 0 && (
          <Button
            look="main"
            icon="code"
            wide
            data-testid={`show-${entry.type}`}
            onClick={() => {
              if (entry.views.length === 1) performance.mark('show-tap');
              goTo(
                'show',
                keyOf(entry),
                ...(entry.views.length === 1 ? [String(entry.views[0]!.number)] : []),
              );
            }}
          >
            {say('card.show')}
          </Button>
        )}
        {inForce && entry.views.length > 0 && (
          <p className="small soft" data-testid={`until-${entry.type}`}>
            {until === undefined ? say('card.offline.none') : say('card.offline', { time: formatDay(until) })}
          </p>
        )}
        {inForce && entry.views.length === 0 && <p className="small soft">{say('card.noView')}</p>}
        {!inForce && issuer && (
          <p className="small">
            {say('card.state.text', {
              issuer: `${currentLanguage() === 'en' ? ' ' : ''}${local(issuer.name)}`.trim(),
            })}
          </p>
        )}
      </div>
      <p className="card-foot small soft number">
        <span>
          {say('card.asOf', { time: formatMoment(asOf) })}
          {inForce &&
            certificate.validUntil &&
            ` · ${say('card.until', { day: formatDay(certificate.validUntil) })}`}
        </span>
        <span>{say('card.scan')}</span>
      </p>
      <p className="card-foot small">
        <button
          type="button"
          className="button button-plain"
          data-testid={`wrong-${entry.type}`}
          onClick={() => goTo('wrong', keyOf(entry))}
        >
          {say('wrong.open')}
        </button>
      </p>
    </article>
  );
};
