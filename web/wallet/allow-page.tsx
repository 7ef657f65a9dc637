/** Somebody's screen asks to sign in as this person: where, what, and which number stands on it. */
import { useEffect, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { formatClock } from '../shared/format.ts';
import { local } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import { serverSeconds } from '../shared/server-time.ts';
import { TopBar } from './top-bar.tsx';
import { goHome, goTo } from './use-route.ts';
import { type Scan, type ScanEnd, type SignInRequest, useScan } from './use-scan.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

const kindOf: Record<ScanEnd, 'good' | 'bad' | 'check' | 'info'> = {
  done: 'good',
  refused: 'info',
  mismatch: 'bad',
  ended: 'check',
  tooMany: 'bad',
  failed: 'check',
};

export const AllowPage = ({ id, wallet }: { id: string; wallet: Wallet }) => {
  const say = useText();
  return (
    <main className="page" data-testid="allow-page">
      <TopBar title={say('allow.title')} back />
      {wallet.signedIn ? (
        <Request key={id} id={id} wallet={wallet} />
      ) : wallet.loading ? (
        <p role="status">{say('allow.loading')}</p>
      ) : (
        <Notice kind="info" title={say('allow.signIn')} testId="allow-sign-in">
          <p>{say('allow.signIn.text')}</p>
          <Button look="main" wide data-testid="sign-in" onClick={wallet.signIn}>
            {say('signin.button')}
          </Button>
        </Notice>
      )}
    </main>
  );
};

const Request = ({ id, wallet }: { id: string; wallet: Wallet }) => {
  const say = useText();
  const scan = useScan(id, wallet.refresh);
  const { view, end } = scan;
  if (end) {
    return (
      <>
        <Notice kind={kindOf[end]} title={say(`allow.${end}`)} testId={`allow-${end}`}>
          <p>{say(end === 'failed' ? 'error.server' : `allow.${end}.text`)}</p>
        </Notice>
        {(end === 'ended' || end === 'mismatch') && (
          <Button look="main" icon="scan" wide onClick={() => goTo('scan')}>
            {say('allow.again')}
          </Button>
        )}
        <Button wide data-testid="allow-home" onClick={goHome}>
          {say('allow.home')}
        </Button>
      </>
    );
  }
  if (!view) return <p role="status">{say('allow.loading')}</p>;
  return (
    <>
      <Facts view={view} />
      {view.needsSignIn ? (
        <Notice kind="check" title={say('allow.fresh')} testId="allow-fresh">
          <p>{say('allow.fresh.text')}</p>
          <Button
            look="main"
            wide
            onClick={() => {
              scan.moreTime();
              wallet.signInAgain();
            }}
          >
            {say('allow.fresh.act')}
          </Button>
        </Notice>
      ) : (
        <Numbers view={view} scan={scan} />
      )}
      <Button
        wide
        data-testid="allow-refuse"
        className="allow-refuse"
        disabled={scan.busy}
        onClick={scan.refuse}
      >
        {say('allow.refuse')}
      </Button>
      <TimeLeft until={view.until} scan={scan} />
    </>
  );
};

const Facts = ({ view }: { view: SignInRequest }) => {
  const say = useText();
  return (
    <>
      {view.elsewhere && (
        <div className="allow-loud">
          <Notice
            kind="bad"
            testId="allow-elsewhere"
            title={say('allow.elsewhere', { there: local(view.place.name), here: local(view.here.name) })}
          >
            <p>{say('allow.elsewhere.text')}</p>
          </Notice>
        </div>
      )}
      {view.place.kind === 'unknown' && (
        <Notice kind="check" title={say('allow.unknown')}>
          <p>{say('allow.unknown.text')}</p>
        </Notice>
      )}
      <dl className="panel facts">
        <div>
          <dt>{say('allow.site')}</dt>
          <dd data-testid="allow-site">
            <strong>{view.site.name}</strong>
            <span className="soft small">{view.site.host}</span>
          </dd>
        </div>
        <div>
          <dt>{say('allow.place')}</dt>
          <dd data-testid="allow-place">{local(view.place.name)}</dd>
        </div>
        <div>
          <dt>{say('allow.device')}</dt>
          <dd data-testid="allow-device">{local(view.device)}</dd>
        </div>
        <div>
          <dt>{say('allow.time')}</dt>
          <dd>{formatClock(view.drawnAt)}</dd>
        </div>
      </dl>
    </>
  );
};

const Numbers = ({ view, scan }: { view: SignInRequest; scan: Scan }) => {
  const say = useText();
  return (
    <section className="allow-which">
      <h2>{say('allow.which')}</h2>
      <p className="soft">{say('allow.which.text')}</p>
      <div className="allow-numbers">
        {view.numbers.map((number) => (
          <button
            key={number}
            type="button"
            className="button"
            data-testid={`allow-${number}`}
            aria-label={say('allow.number', { number })}
            disabled={scan.busy}
            onClick={() => scan.choose(number)}
          >
            {number}
          </button>
        ))}
      </div>
    </section>
  );
};

const TimeLeft = ({ until, scan }: { until: number; scan: Scan }) => {
  const say = useText();
  const [left, setLeft] = useState(() => until - serverSeconds());
  const { timeIsOver } = scan;
  useEffect(() => {
    const tick = () => {
      const seconds = Math.max(0, until - serverSeconds());
      setLeft(seconds);
      if (seconds === 0) timeIsOver();
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [until, timeIsOver]);
  return (
    <div className="allow-time">
      <span className="soft">{say('allow.left', { seconds: Math.ceil(left) })}</span>
      <Button look="plain" data-testid="allow-more" disabled={scan.busy} onClick={scan.moreTime}>
        {say('allow.more')}
      </Button>
    </div>
  );
};
