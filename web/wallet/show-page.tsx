import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { CountdownRing } from '../shared/countdown-ring.tsx';
import { formatClock } from '../shared/format.ts';
import { local } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import { serverOffset, serverSeconds } from '../shared/server-time.ts';
import { fieldNames } from './choose-page.tsx';
import { dropNonce, heldNonce, wantNonceFor } from './counter-nonce.ts';
import type { Progress } from './fetch-views.ts';
import { type HeldCertificate, keyOf, type WalletView } from './types.ts';
import { goHome, goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import { useWakeLock } from './use-wake-lock.ts';
import { type Copy, takeCopy } from './wallet-store.ts';

/** A code counts for 60 s at the counter; drawn anew well before, since a scan takes time too. */
const codeSeconds = 60;
const redrawSeconds = 20;
const widestCode = 520;

const end = (): void => {
  dropNonce();
  goHome();
};

interface Props {
  entry: HeldCertificate;
  view: WalletView;
  keysWork: boolean;
  /** Her name, masked, stands in the code beside the holder's. */
  actsForAnother: boolean;
  /** Copies are being fetched right now. */
  preparing: Progress | undefined;
}

type Trouble = 'missing' | 'used' | 'failed' | 'keys';

export const ShowPage = ({ entry, view, keysWork, actsForAnother, preparing }: Props) => {
  const say = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const copy = useRef<Copy>(undefined);
  const taking = useRef<Promise<Copy | undefined>>(undefined);
  const [madeAt, setMadeAt] = useState<number>();
  const [now, setNow] = useState(serverSeconds);
  const [problem, setProblem] = useState<Trouble>();
  const [nonce] = useState(heldNonce);
  useWakeLock();

  const draw = useCallback(async () => {
    try {
      // One copy a showing: a second code of the same showing is a fresh proof on the same copy, also one drawn meanwhile.
      taking.current ??= takeCopy(keyOf(entry), view, serverSeconds());
      copy.current ??= await taking.current;
      if (!copy.current) {
        taking.current = undefined;
        return setProblem(view.once ? 'used' : 'missing');
      }
      const { drawShowCode } = await import('./show-codec.ts');
      if (!canvas.current) return;
      const width = Math.min(document.documentElement.clientWidth, widestCode);
      setMadeAt(await drawShowCode(canvas.current, copy.current, width, nonce));
      setProblem(undefined);
      if (performance.getEntriesByName('show-tap').length) performance.measure('show-code', 'show-tap');
      performance.clearMarks('show-tap');
    } catch {
      if (!copy.current) taking.current = undefined;
      setProblem('failed');
    }
  }, [entry, view, nonce]);

  useEffect(() => {
    void draw();
  }, [draw]);
  useEffect(() => {
    const onTurn = () => void draw();
    window.addEventListener('resize', onTurn);
    return () => window.removeEventListener('resize', onTurn);
  }, [draw]);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverSeconds()), 250);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (problem || (madeAt !== undefined && now - madeAt >= redrawSeconds)) void draw();
  }, [now, madeAt, problem, draw]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && end();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const trouble = keysWork ? problem : 'keys';
  const left = madeAt === undefined ? codeSeconds : codeSeconds - (now - madeAt);
  const offMinutes = Math.round(Math.abs(serverOffset()) / 60);
  return (
    <main className="show" data-testid="show-page">
      <header className="show-head">
        <h1 tabIndex={-1}>{local(entry.typeName)}</h1>
        <p>{local(view.name)}</p>
      </header>
      {trouble && <ShowProblem trouble={trouble} preparing={preparing} />}
      {/* Always there, so that a code can be drawn as soon as the trouble is over. */}
      <canvas
        ref={canvas}
        role="img"
        aria-label={say('show.label')}
        className="show-code"
        hidden={trouble !== undefined}
        data-testid="show-code"
        data-made-at={madeAt}
      />
      {!trouble && (
        <>
          <div className="show-time">
            <CountdownRing left={left} whole={codeSeconds} />
            <div>
              <p className="show-clock number" data-testid="clock">
                {formatClock(now)}
              </p>
              <p className="small soft">{say('show.fresh')}</p>
            </div>
            {view.careful && (
              <Button icon="refresh" data-testid="new-code" onClick={() => void draw()}>
                {say('show.new')}
              </Button>
            )}
            {view.careful && !nonce && (
              <Button
                icon="scan"
                data-testid="scan-counter"
                onClick={() => {
                  wantNonceFor(keyOf(entry), String(view.number));
                  goTo('scan');
                }}
              >
                {say('show.nonce.scan')}
              </Button>
            )}
          </div>
          <div className="show-words">
            {view.careful && (
              <p className="show-careful" data-testid="careful">
                {say(nonce ? 'show.nonce' : 'show.careful')}
              </p>
            )}
            <p>{say('show.sees', { fields: fieldNames(view.fields) })}</p>
            {actsForAnother && <p data-testid="shown-by">{say('show.shownBy')}</p>}
            {copy.current && copy.current.uses > 0 && (
              <p className="show-careful" data-testid="reused">
                {say('show.reused')}
              </p>
            )}
            <p className="small soft">{say('show.bright')}</p>
            <p className="small soft" data-testid="verify-address">
              {say('show.verify', { address: `${location.host}/v` })}
            </p>
            {offMinutes > 0 && <p className="small soft">{say('show.clock', { minutes: offMinutes })}</p>}
            <p className="visually-hidden" role="status">
              {/* Not every second: a voice that counts is no help. */}
              {say('show.left', { seconds: Math.max(0, Math.ceil(left / 20) * 20) })}
            </p>
          </div>
        </>
      )}
      <div className="show-end">
        <Button wide className="button-end" data-testid="end" onClick={end}>
          {say('show.end')}
        </Button>
      </div>
    </main>
  );
};

const ShowProblem = ({ trouble, preparing }: { trouble: Trouble; preparing: Progress | undefined }) => {
  const say = useText();
  const texts = {
    missing: ['show.missing', 'show.missing.text'],
    used: ['show.used', 'show.used.text'],
    failed: ['show.failed', 'show.failed.text'],
    keys: ['keys.none', 'keys.none.text'],
  } as const;
  const [title, text] = texts[trouble];
  return (
    <div className="show-problem">
      {(trouble === 'missing' || trouble === 'used') && preparing ? (
        <Notice kind="info" title={say('prepare.progress', { ...preparing })} testId="show-problem" />
      ) : (
        <Notice kind="check" title={say(title)} testId="show-problem">
          <p>{say(text)}</p>
        </Notice>
      )}
    </div>
  );
};
