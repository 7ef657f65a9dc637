import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import { ChangesNotice } from './changes-notice.tsx';
import { type TextKey, zh } from './texts.ts';
import { type Say, useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

/** A reason is a code we have a sentence for, or a sentence in both languages. */
export const reasonText = (say: Say, reason: string | LocalText | undefined): string => {
  if (typeof reason === 'object') return local(reason, currentLanguage());
  const key = `reason.${reason}`;
  return say(key in zh ? (key as TextKey) : 'reason.default');
};

/** What stands above the cards: connection, sign-in, and what is being done. */
export const HomeNotices = ({ wallet }: { wallet: Wallet }) => {
  const say = useText();
  const { adding, addResult, preparing, list } = wallet;
  return (
    <div className="notices">
      {wallet.signedIn && !wallet.unreachable && <ChangesNotice asOf={list?.asOf} />}
      {wallet.unreachable && list && (
        <Notice kind="offline" title={say('home.offline')} testId="offline">
          <p>{say('home.offline.text', { time: formatMoment(list.asOf) })}</p>
          <Button icon="refresh" onClick={wallet.refresh}>
            {say('home.retry')}
          </Button>
        </Notice>
      )}
      {!wallet.unreachable && !wallet.signedIn && !wallet.loading && (
        <Notice kind="info" title={say('signin.again')} testId="sign-in-again">
          <p>{say('signin.again.text')}</p>
          <Button look="main" data-testid="sign-in" onClick={wallet.signIn}>
            {say('signin.button')}
          </Button>
        </Notice>
      )}
      {wallet.problem && wallet.signedIn && (
        <Notice kind="check" title={say('home.error')}>
          <p>{say('error.server')}</p>
          <Button icon="refresh" onClick={wallet.refresh}>
            {say('home.retry')}
          </Button>
        </Notice>
      )}
      {!wallet.keysWork && (
        <Notice kind="check" title={say('keys.none')} testId="keys-none">
          <p>{say('keys.none.text')}</p>
        </Notice>
      )}
      {wallet.storageFull && (
        <Notice kind="check" title={say('storage.full')} testId="storage-full">
          <p>{say('storage.full.text')}</p>
          <Button icon="refresh" onClick={wallet.refresh}>
            {say('home.retry')}
          </Button>
        </Notice>
      )}
      {adding && (
        <Working
          label={say('add.progress', { name: local(adding.name), done: adding.done, total: adding.total })}
          done={adding.done}
          total={adding.total}
        />
      )}
      {addResult && (
        <Notice
          kind={addResult.failures.length ? 'check' : 'good'}
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
      )}
      {preparing && !adding && (
        <Working
          label={say('prepare.progress', { ...preparing })}
          done={preparing.done}
          total={preparing.total}
        />
      )}
      {wallet.prepareFailed && !preparing && !wallet.unreachable && (
        <Notice kind="check">
          <p>{say('prepare.failed')}</p>
        </Notice>
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
