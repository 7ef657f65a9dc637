/** To a new phone: the list goes in a file, the certificates are fetched anew there. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { currentLanguage, local, setLanguage } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import { elderMode, setElderMode } from '../shared/preferences.ts';
import { serverSeconds } from '../shared/server-time.ts';
import { reasonText } from './home-notices.tsx';
import { TopBar } from './top-bar.tsx';
import { isHeld, type WalletCertificate } from './types.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';
import {
  longestFile,
  readWalletFile,
  shortestPassphrase,
  type WalletList,
  writeWalletFile,
} from './wallet-file.ts';
import { keepMoving, readMoving } from './wallet-store.ts';

interface Props {
  wallet: Wallet;
  onElder(on: boolean): void;
}

export const MovePage = ({ wallet, onElder }: Props) => {
  const say = useText();
  const [moving, setMoving] = useState<WalletList>();
  useEffect(() => {
    void readMoving().then(setMoving, () => undefined);
  }, []);
  const take = async (list: WalletList | undefined) => {
    await keepMoving(list);
    setMoving(list);
  };
  const held = wallet.list?.certificates.filter(isHeld) ?? [];
  return (
    <main className="page" data-testid="move-page">
      <TopBar title={say('move.title')} back />
      {moving ? (
        <Result wallet={wallet} moving={moving} onDone={() => void take(undefined)} />
      ) : (
        <>
          {held.length > 0 && <Export wallet={wallet} />}
          <Import
            onList={async (list) => {
              await take(list);
              setLanguage(list.preferences.language === 'en' ? 'en' : 'zh');
              setElderMode(list.preferences.elder === true);
              onElder(list.preferences.elder === true);
            }}
          />
        </>
      )}
    </main>
  );
};

const Passphrase = ({ name, label }: { name: string; label: string }) => (
  <label className="field">
    <span>{label}</span>
    <input type="password" name={name} autoComplete="off" required data-testid={name} />
  </label>
);

const Export = ({ wallet }: { wallet: Wallet }) => {
  const say = useText();
  const [said, setSaid] = useState<'move.short' | 'move.different' | 'move.export.done'>();
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const passphrase = String(form.get('export'));
    if ([...passphrase].length < shortestPassphrase) return setSaid('move.short');
    if (passphrase !== form.get('export-again')) return setSaid('move.different');
    const certificates = (wallet.list?.certificates ?? [])
      .filter(isHeld)
      .map(({ type, typeName: name, certificate }) => ({ type, name, identifier: certificate.identifier }));
    const preferences = { language: currentLanguage(), elder: elderMode() };
    const madeAt = serverSeconds();
    const text = await writeWalletFile(
      { format: 'onecert-wallet-list', version: 1, madeAt, certificates, preferences },
      passphrase,
    );
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = `onecert-wallet-${new Date(madeAt * 1000).toISOString().slice(0, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    setSaid('move.export.done');
  };
  return (
    <section className="panel">
      <h2>{say('move.export')}</h2>
      <p className="soft">{say('move.export.text')}</p>
      <form className="form" onSubmit={(event) => void save(event)}>
        <Passphrase name="export" label={say('move.passphrase')} />
        <Passphrase name="export-again" label={say('move.repeat')} />
        {said && (
          <Notice kind={said === 'move.export.done' ? 'good' : 'check'} testId={said}>
            <p>{say(said)}</p>
          </Notice>
        )}
        <Button type="submit" wide data-testid="export-act">
          {say('move.export.act')}
        </Button>
      </form>
    </section>
  );
};

const Import = ({ onList }: { onList(list: WalletList): Promise<void> }) => {
  const say = useText();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const [said, setSaid] = useState<'move.none' | 'move.foreign' | 'move.wrong' | 'move.full'>();
  const open = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const file = form.get('file') as File;
    if (file.size === 0) return setSaid('move.none');
    if (file.size > longestFile) return setSaid('move.foreign');
    const list = await readWalletFile(await file.text(), String(form.get('import')));
    if (typeof list === 'string') return setSaid(`move.${list}`);
    await onList(list).catch(() => setSaid('move.full'));
  };
  return (
    <section className="panel">
      <h2>{say('move.import')}</h2>
      <p className="soft">{say('move.import.text')}</p>
      <form className="form" onSubmit={(event) => void open(event)}>
        <Button icon="card" wide onClick={() => input.current?.click()}>
          {name || say('move.file')}
        </Button>
        <input
          ref={input}
          type="file"
          name="file"
          accept="application/json,.json"
          hidden
          data-testid="import-file"
          onChange={({ target }) => setName(target.files?.[0]?.name ?? '')}
        />
        <Passphrase name="import" label={say('move.passphrase')} />
        {said && (
          <Notice kind="check" testId={said}>
            <p>{say(said)}</p>
          </Notice>
        )}
        <Button type="submit" wide data-testid="import-act">
          {say('move.import.act')}
        </Button>
      </form>
    </section>
  );
};

/** What the list names and this phone has, or why not. */
const Result = ({ wallet, moving, onDone }: { wallet: Wallet; moving: WalletList; onDone(): void }) => {
  const say = useText();
  const asked = useRef(false);
  const all = wallet.list?.certificates ?? [];
  const types = new Set(moving.certificates.map(({ type }) => type));
  const mayAdd = wallet.signedIn && all.some(({ type, status }) => status === 'available' && types.has(type));
  const { addAll } = wallet;
  useEffect(() => {
    // Importing was the yes; asked once, since a refusal is said below and not tried for ever.
    if (!mayAdd || asked.current) return;
    asked.current = true;
    addAll();
  }, [mayAdd, addAll]);
  const stateOf = ({ type, identifier }: WalletList['certificates'][number]): string => {
    if (all.some(({ certificate }) => certificate?.identifier === identifier)) return say('move.held');
    const entry =
      all.find((one) => one.type === type && !isHeld(one)) ?? all.find((one) => one.type === type);
    if (entry?.status === 'available') return say('move.adding');
    return entry?.status === 'unavailable' ? reasonOf(entry) : say('move.absent');
  };
  const reasonOf = ({ reason }: WalletCertificate): string => reasonText(say, reason);
  return (
    <>
      <section className="panel" data-testid="move-result">
        <h2>{say('move.result')}</h2>
        <p className="small soft">{say('move.result.from', { time: formatMoment(moving.madeAt) })}</p>
        <dl className="facts">
          {moving.certificates.map((wanted) => (
            <div key={wanted.identifier}>
              <dt>{local(wanted.name)}</dt>
              <dd data-testid={`move-${wanted.type}`}>{wallet.list ? stateOf(wanted) : '…'}</dd>
            </div>
          ))}
        </dl>
        {!wallet.signedIn && (
          <Button look="main" wide data-testid="sign-in" onClick={wallet.signIn}>
            {say('move.signIn')}
          </Button>
        )}
      </section>
      {wallet.signedIn && (
        <Notice kind="info" title={say('move.old')} testId="move-old">
          <p>{say('move.old.text')}</p>
          <a className="button" href={`/account/phones?lang=${currentLanguage()}`}>
            {say('move.old.act')}
          </a>
        </Notice>
      )}
      <Button wide data-testid="move-done" onClick={onDone}>
        {say('move.forget')}
      </Button>
    </>
  );
};
