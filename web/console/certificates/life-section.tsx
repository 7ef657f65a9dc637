import { Timeline } from 'antd';
import { formatDay, formatTime } from '../../shared/format.ts';
import { reasonText, useOfficeFacts } from '../office.ts';
import { isTextKey } from '../texts.ts';
import type { CertificateDetail, Delivery, LifeEntry } from '../types.ts';
import { inWords, useText } from '../use-text.ts';

/** What happened to it, newest first. What this console has no words for is shown with its code. */
export const LifeSection = ({ life }: { life: readonly LifeEntry[] }) => {
  const say = useText();
  const { reasons } = useOfficeFacts();
  const stateWord = (state: string | undefined) => {
    const key = `cert.state.${state}`;
    return state === undefined ? undefined : isTextKey(key) ? say(key) : state;
  };
  const what = ({ action, verb = '', from, to }: LifeEntry): string => {
    const key = `life.${action}`;
    const act = `act.${verb}`;
    const words = isTextKey(key)
      ? say(key, { verb: isTextKey(act) ? say(act) : verb })
      : `${say('life.other')} (${action})`;
    return to === undefined
      ? words
      : `${words}：${[stateWord(from), stateWord(to)].filter(Boolean).join(' → ')}`;
  };
  return (
    <section>
      <h3>{say('detail.life')}</h3>
      <Timeline
        data-testid="life"
        items={life.map((entry) => ({
          key: `${entry.at} ${entry.action}`,
          content: (
            <>
              <p>{what(entry)}</p>
              <p className="small soft number">
                {formatDay(entry.at)} {formatTime(entry.at)} · {say(`life.by.${entry.by}`)}
                {entry.reason && ` · ${inWords(reasonText(reasons, entry.reason))}`}
              </p>
            </>
          ),
        }))}
      />
    </section>
  );
};

interface CopiesProps {
  copies: CertificateDetail['copies'];
  deliveries: readonly Delivery[];
}

export const CopiesSection = ({ copies, deliveries }: CopiesProps) => {
  const say = useText();
  const nameOf = (format: string) => {
    const key = `format.${format}`;
    return isTextKey(key) ? say(key) : format;
  };
  const eventOf = ({ event }: Delivery) => {
    const key = `event.${event ?? 'waiting'}`;
    return isTextKey(key) ? say(key) : event;
  };
  return (
    <>
      <section data-testid="copies">
        <h3>{say('detail.copies')}</h3>
        {copies.length === 0 && <p className="soft">{say('detail.copies.none')}</p>}
        <ul className="lines">
          {copies.map(({ format, view, signed, inForce }) => (
            <li key={`${format} ${view ?? ''}`}>
              <strong>
                {nameOf(format)}
                {view && ` (${view})`}
              </strong>
              <span className="number">{say('detail.copies.line', { signed, inForce })}</span>
            </li>
          ))}
        </ul>
      </section>
      <section data-testid="deliveries">
        <h3>{say('detail.deliveries')}</h3>
        {deliveries.length === 0 && <p className="soft">{say('detail.deliveries.none')}</p>}
        <ul className="lines">
          {deliveries.map((delivery) => (
            <li key={delivery.id}>
              <strong>{eventOf(delivery)}</strong>
              <span className="number">
                {say('detail.delivery', { count: delivery.copies })} · {formatDay(delivery.deliveredAt)}{' '}
                {formatTime(delivery.deliveredAt)}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
};
