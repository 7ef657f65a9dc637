import { useCallback, useEffect, useState } from 'react';
import { titleOf } from '../../../src/verifier/core/index.ts';
import { Button } from '../../shared/button.tsx';
import { formatClock, formatTime } from '../../shared/format.ts';
import { local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import { UnreachableError } from '../../shared/request.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import { ageText } from '../age.ts';
import type { DeskState } from './desk.ts';
import type { InboxContent, InboxEntry } from './desk-api.ts';
import { OfficerForm } from './officer-form.tsx';
import { OfficerPage, TroubleNotice } from './officer-page.tsx';
import { useAsking } from './use-asking.ts';
import { desk } from './use-desk.ts';
import { useOfficerText } from './use-officer-text.ts';
import { Values } from './values.tsx';

/** Gentle enough for a device that stands there all day. Milliseconds. */
const againMs = 15_000;

interface Listed {
  entries: InboxEntry[];
  /** Unix seconds. */
  at: number;
}

/** What holders sent to this counter's posters: found by the number on the holder's phone. */
export const InboxPage = ({ state, onDone }: { state: DeskState; onDone(): void }) => {
  const say = useOfficerText();
  const asking = useAsking();
  const { run } = asking;
  const [listed, setListed] = useState<Listed>();
  const [content, setContent] = useState<InboxContent>();
  const [missing, setMissing] = useState(false);
  const waits = state.shift !== undefined && content === undefined;

  const list = useCallback(async (): Promise<InboxEntry[]> => {
    const entries = (await desk.inbox()).sort((a, b) => b.received_at - a.received_at);
    setListed({ entries, at: serverSeconds() });
    return entries;
  }, []);
  useEffect(() => {
    if (!waits) return;
    // A refresh that fails is no news: the list keeps saying how old it is.
    const quietly = () => {
      if (document.visibilityState === 'visible')
        void list().catch((error: unknown) => {
          if (!(error instanceof UnreachableError)) void desk.sync();
        });
    };
    quietly();
    const timer = setInterval(quietly, againMs);
    document.addEventListener('visibilitychange', quietly);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', quietly);
    };
  }, [waits, list]);

  const open = async ({ number }: Record<string, string>) => {
    setMissing(false);
    const entries = await run(list);
    if (!entries) return;
    // No two that wait at one counter have the same number.
    const found = entries.find((entry) => entry.number === number);
    if (!found) return setMissing(true);
    const answer = await run(() => desk.ask<InboxContent>(`/counter/api/inbox/${found.id}/open`, {}));
    if (answer) setContent(answer);
  };
  const itemName = (code: string) => {
    const item = state.facts?.items.find((each) => each.code === code);
    return item ? local(item.name) : code;
  };

  return (
    <OfficerPage
      title={say('inbox.title')}
      lead={say('inbox.lead')}
      state={state}
      asking={asking}
      onBack={onDone}
    >
      {content ? (
        <Content content={content} item={itemName(content.item)} onDone={() => setContent(undefined)} />
      ) : (
        <>
          <OfficerForm submit={say('inbox.open')} busy={asking.busy} onSubmit={(values) => void open(values)}>
            <label htmlFor="inbox-number">{say('inbox.number')}</label>
            <input
              id="inbox-number"
              name="number"
              className="desk-code"
              data-testid="inbox-number"
              inputMode="numeric"
              autoComplete="off"
              required
              pattern="\d{4}"
              maxLength={4}
            />
            {missing && (
              <Notice kind="check" title={say('inbox.none')} testId="inbox-none">
                <p>{say('inbox.none.text')}</p>
              </Notice>
            )}
            <TroubleNotice trouble={asking.trouble} own="inbox" onBack={onDone} />
          </OfficerForm>
          {listed && <Listing listed={listed} itemName={itemName} />}
        </>
      )}
    </OfficerPage>
  );
};

const Listing = ({ listed, itemName }: { listed: Listed; itemName(code: string): string }) => {
  const say = useOfficerText();
  const { entries, at } = listed;
  if (entries.length === 0)
    return (
      <Notice kind="info" title={say('inbox.empty')} testId="inbox-empty">
        <p>{say('inbox.empty.text')}</p>
        <p className="small soft number">{say('inbox.asOf', { time: formatClock(at) })}</p>
      </Notice>
    );
  return (
    <section aria-labelledby="inbox-waiting">
      <h2 id="inbox-waiting">{say('inbox.waiting')}</h2>
      <ul className="inbox" data-testid="inbox-list">
        {entries.map(({ id, number, item, received_at, opened }) => {
          const age = ageText(say, at - received_at);
          return (
            <li key={id}>
              <strong className="number inbox-number">{number}</strong>
              <span>{itemName(item)}</span>
              <span className="small soft number">
                {age ? say('inbox.age', { age }) : say('inbox.age.now')}
                {opened && ` · ${say('inbox.opened')}`}
              </span>
            </li>
          );
        })}
      </ul>
      <p className="small soft number">{say('inbox.asOf', { time: formatClock(at) })}</p>
    </section>
  );
};

const Content = ({ content, item, onDone }: { content: InboxContent; item: string; onDone(): void }) => {
  const say = useOfficerText();
  return (
    <div className="inbox-content" data-testid="inbox-content">
      <p>
        <strong className="number inbox-number">{content.number}</strong> {item}
      </p>
      {content.credentials.map(({ type, type_name: name, verdict, fields }, index) => {
        const photo = fields.find(({ kind }) => kind === 'photo');
        const verdictWord = local(titleOf(verdict.outcome));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two of one type may be sent, and the list does not change
          <section className="look" key={`${type}-${index}`}>
            <h2>{local(name)}</h2>
            <p className="small soft number">
              {say('inbox.received', { time: formatTime(content.received_at), verdict: verdictWord })}
            </p>
            <Values
              fields={fields.filter(({ kind }) => kind !== 'photo')}
              photo={photo && { jpeg: String(photo.value) }}
              prefix="inbox"
            />
          </section>
        );
      })}
      <Button look="main" data-testid="officer-done" onClick={onDone}>
        {say('inbox.done')}
      </Button>
    </div>
  );
};
