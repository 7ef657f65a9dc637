/** For a child or a relative: whose certificates, then the cards; what is shown says who shows it. */
import { useState } from 'react';
import { Button } from '../shared/button.tsx';
import { formatMoment } from '../shared/format.ts';
import { currentLanguage } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { CertificateCard } from './certificate-card.tsx';
import type { TextKey } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import { type FamilyMember, isHeld, keyOf, type RevealedField } from './types.ts';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';
import { failureKey, walletCall } from './wallet-call.ts';

export const FamilyPage = ({ wallet, link }: { wallet: Wallet; link: string | undefined }) => {
  const say = useText();
  const family = wallet.list?.family ?? [];
  const member = family.find((one) => one.link === link);
  return (
    <main className="page" data-testid="family-page">
      <TopBar title={member ? say('family.of', { name: member.name }) : say('family.title')} back />
      {member ? <Member wallet={wallet} member={member} /> : <Members family={family} />}
    </main>
  );
};

const Members = ({ family }: { family: readonly FamilyMember[] }) => {
  const say = useText();
  return (
    <>
      <p className="soft">{say('family.text')}</p>
      <ul className="choices">
        {family.map(({ link, name, kind }) => (
          <li key={link}>
            <button
              type="button"
              className="choice"
              data-testid="member"
              onClick={() => goTo('family', link)}
            >
              <span>
                <strong>{name}</strong>
                <span className="small soft">{say(`family.${kind}`)}</span>
              </span>
              <Icon name="forward" />
            </button>
          </li>
        ))}
      </ul>
      {family.length === 0 && <p>{say('family.none')}</p>}
      <a className="button button-wide" href={`/account/family?lang=${currentLanguage()}`}>
        {say('family.manage')}
      </a>
    </>
  );
};

const Member = ({ wallet, member }: { wallet: Wallet; member: FamilyMember }) => {
  const say = useText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<TextKey>();
  const { link, asOf } = member;
  const held = member.certificates.filter(isHeld);
  const available = member.certificates.filter(({ status }) => status === 'available');
  const open = async (add: boolean) => {
    setBusy(true);
    setFailed(undefined);
    await wallet.openFamily(link, add).catch((error: unknown) => setFailed(failureKey(error)));
    setBusy(false);
  };
  const reveal = async (id: string): Promise<RevealedField[]> =>
    (await walletCall<{ fields: RevealedField[] }>(`/family/${link}/certificates/${id}/reveal`, {})).fields;
  return (
    <>
      <p className="soft">{say('family.logged')}</p>
      {failed && (
        <Notice kind="check" testId="failed">
          <p>{say(failed)}</p>
        </Notice>
      )}
      {asOf === undefined ? (
        <Button look="main" wide disabled={busy} data-testid="look" onClick={() => void open(false)}>
          {say('family.look')}
        </Button>
      ) : (
        <>
          <ul className="cards">
            {held.map((entry) => (
              <li key={keyOf(entry)}>
                <CertificateCard
                  entry={entry}
                  asOf={asOf}
                  copies={wallet.copies}
                  canReveal={wallet.signedIn}
                  reveal={reveal}
                />
              </li>
            ))}
          </ul>
          {held.length + available.length === 0 && <p>{say('family.empty')}</p>}
          {available.length > 0 && (
            <Button
              look="main"
              icon="plus"
              wide
              disabled={busy}
              data-testid="add"
              onClick={() => void open(true)}
            >
              {say('home.add', { count: available.length })}
            </Button>
          )}
          <Button icon="refresh" wide disabled={busy} data-testid="again" onClick={() => void open(false)}>
            {say('family.again', { time: formatMoment(asOf) })}
          </Button>
        </>
      )}
      {busy && <p role="status">{say('family.busy')}</p>}
    </>
  );
};
