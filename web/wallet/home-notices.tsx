import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { ChangesNotice, useChangeCount } from './changes-notice.tsx';
import { EvictionNotice, LockNotice, useEviction, useLockQuestion } from './safety-notices.tsx';
import { type TextKey, zh } from './texts.ts';
import { type Say, useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

/** A reason is a code we have a sentence for, or a sentence in both languages. */
export const reasonText = (say: Say, reason: string | LocalText | undefined): string => {
  if (typeof reason === 'object') return local(reason, currentLanguage());
  const key = `reason.${reason}`;
  return say(key in zh ? (key as TextKey) : 'reason.default');
};

/** What stands above the cards: what is being done, the one notice that matters most, and the others on request. */
export const HomeNotices = ({ wallet }: { wallet: Wallet }) => {
  const say = useText();
  const { adding, addResult, preparing, list } = wallet;
  const has = (status: string): boolean => list?.certificates.some((one) => one.status === status) ?? false;
  const changes = useChangeCount(wallet.signedIn && !wallet.unreachable, list?.asOf);
  const [asksForLock, later] = useLockQuestion();
  const mayBeErased = useEviction();
  const retry = (
    <Button icon="refresh" onClick={wallet.refresh}>
      {say('home.retry')}
    </Button>
  );
  // The most important first.
  const notices = [
    wallet.unreachable && list && (
      <Notice key="offline" kind="offline" title={say('home.offline')} testId="offline">
        <p>{say('home.offline.text', { time: formatMoment(list.asOf) })}</p>
        {retry}
      </Notice>
    ),
    !wallet.unreachable && !wallet.signedIn && !wallet.loading && (
      <Notice key="sign-in" kind="info" title={say('signin.again')} testId="sign-in-again">
        <p>{say('signin.again.text')}</p>
        <Button look="main" data-testid="sign-in" onClick={wallet.signIn}>
          {say('signin.button')}
        </Button>
      </Notice>
    ),
    wallet.problem && wallet.signedIn && (
      <Notice key="problem" kind="check" title={say('home.error')}>
        <p>{say('error.server')}</p>
        {retry}
      </Notice>
    ),
    !wallet.keysWork && (
      <Notice key="keys" kind="check" title={say('keys.none')} testId="keys-none">
        <p>{say('keys.none.text')}</p>
      </Notice>
    ),
    wallet.storageFull && (
      <Notice key="storage" kind="check" title={say('storage.full')} testId="storage-full">
        <p>{say('storage.full.text')}</p>
        {retry}
      </Notice>
    ),
    addResult && addResult.failures.length > 0 && (
      <Notice
        key="added"
        kind="check"
        title={
          addResult.added
            ? say('add.done', { count: addResult.added })
            : say('add.some', { count: addResult.failures.length })
        }
        testId="add-result"
      >
        {addResult.failures.map(({ name, reason }) => (
          <p key={name.zh}>{say('add.failed', { name: local(name), reason: reasonText(say, reason) })}</p>
        ))}
        <Button onClick={wallet.dismissResult}>{say('add.ok')}</Button>
      </Notice>
    ),
    wallet.prepareFailed && !preparing && !wallet.unreachable && (
      <Notice key="prepare" kind="check">
        <p>{say('prepare.failed')}</p>
      </Notice>
    ),
    mayBeErased && has('available') && !has('held') && <EvictionNotice key="evict" />,
    changes > 0 && <ChangesNotice key="changes" count={changes} />,
    asksForLock && has('held') && !adding && <LockNotice key="lock" onLater={later} />,
  ].filter(Boolean);
  return (
    <div className="notices">
      {adding && (
        <Working
          label={say('add.progress', { name: local(adding.name), done: adding.done, total: adding.total })}
          done={adding.done}
          total={adding.total}
        />
      )}
      {addResult && addResult.failures.length === 0 && (
        <p className="done" role="status" data-testid="add-result">
          <Icon name="valid" />
          {say('add.done', { count: addResult.added })}
        </p>
      )}
      {preparing && !adding && (
        <Working
          label={say('prepare.progress', { ...preparing })}
          done={preparing.done}
          total={preparing.total}
        />
      )}
      {notices[0]}
      {notices.length > 1 && (
        <details className="more-notices" data-testid="more-notices">
          <summary>{say('home.more', { count: notices.length - 1 })}</summary>
          {notices.slice(1)}
        </details>
      )}
    </div>
  );
};

const Working = ({ label, done, total }: { label: string; done: number; total: number }) => (
  <div className="progress" role="status">
    <span>{label}</span>
    <progress value={done} max={total} aria-label={label} />
  </div>
);
