import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { deviceSeconds, serverOffset } from '../shared/server-time.ts';
import { ageText } from './age.ts';
import { useLost } from './keeping.ts';
import type { Opened } from './trust-store.ts';
import type { OfflineReady } from './use-offline-ready.ts';
import { useText } from './use-text.ts';
import type { Trust } from './use-trust.ts';

/** How old the pack is, always; what is wrong with it, when something is. */
export const PackStatus = ({ trust, offline }: { trust: Trust; offline: OfflineReady }) => {
  const say = useText();
  const lost = useLost();
  const [now, setNow] = useState(deviceSeconds);
  useEffect(() => {
    const timer = setInterval(() => setNow(deviceSeconds()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const pack = trust.opened && 'trusted' in trust.opened ? trust.opened : undefined;
  const age = pack && ageText(say, now - pack.payload.iat);
  const offMinutes = Math.round(Math.abs(serverOffset()) / 60);
  return (
    <section className="pack" aria-labelledby="pack-title" data-testid="pack">
      <div className="pack-head">
        <h2 id="pack-title">{say('pack.title')}</h2>
        <p className="number" data-testid="pack-age">
          {pack
            ? age
              ? say('pack.age', { age })
              : say('pack.now')
            : say(trust.loading ? 'pack.loading' : 'pack.none')}
        </p>
        {pack && (
          <p className="small soft number">
            {say('pack.number', { number: pack.payload.number, time: formatMoment(pack.payload.iat) })}
          </p>
        )}
      </div>
      {!pack && !trust.loading && !trust.opened && <p className="small">{say('pack.none.text')}</p>}
      {trust.rootChanged && (
        <Notice kind="bad" title={say('root.changed')} testId="root-changed">
          <p>{say('root.changed.text')}</p>
        </Notice>
      )}
      {trust.opened && !pack && (
        <Notice kind="bad" title={say(refusalOf(trust.opened))} testId="pack-refused">
          {'verdict' in trust.opened && <p>{local(trust.opened.verdict.advice)}</p>}
        </Notice>
      )}
      {pack && pack.trusted.expiresAt <= now && (
        <Notice kind="check" title={say('pack.old')} testId="pack-old">
          <p>{say('pack.old.text')}</p>
        </Notice>
      )}
      {trust.refused && pack && (
        <Notice kind="check" title={say(refusalOf(trust.refused))} testId="pack-kept">
          <p>{say('pack.kept')}</p>
        </Notice>
      )}
      {lost.length > 0 && (
        <Notice kind="check" title={say('lost.title')} testId="lost">
          {lost.map((what) => (
            <p key={what}>{say(`lost.${what}`)}</p>
          ))}
        </Notice>
      )}
      {trust.unreachable && pack && (
        <p className="small soft" role="status" data-testid="unreachable">
          {say('pack.unreachable')}
        </p>
      )}
      {offMinutes > 0 && (
        <Notice kind={offMinutes > 5 ? 'bad' : 'check'} testId="clock-off">
          <p>{say('pack.clock', { minutes: offMinutes })}</p>
        </Notice>
      )}
      <div className="pack-foot">
        <span className="small ready" data-testid="offline" data-state={pack ? offline : 'preparing'}>
          <Icon name={pack && offline === 'ready' ? 'valid' : offline === 'failed' ? 'check' : 'refresh'} />
          {say(`offline.${pack || offline === 'failed' ? offline : 'preparing'}`)}
        </span>
        <Button icon="refresh" disabled={trust.updating} data-testid="pack-update" onClick={trust.update}>
          {say(trust.updating ? 'pack.updating' : 'pack.update')}
        </Button>
      </div>
    </section>
  );
};

const refusalOf = (opened: Opened): 'pack.clockWrong' | 'pack.refused' =>
  'verdict' in opened && opened.verdict.code === 'clock_wrong' ? 'pack.clockWrong' : 'pack.refused';
