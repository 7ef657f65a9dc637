import { Button } from '../shared/button.tsx';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { CertificateCard } from './certificate-card.tsx';
import { HomeNotices, reasonText } from './home-notices.tsx';
import { TopBar } from './top-bar.tsx';
import { isHeld } from './types.ts';
import { useText } from './use-text.ts';
import type { Wallet } from './use-wallet.ts';

/** `inner`: reached from the elder mode's home, so it has a way back. */
export const HomePage = ({ wallet, inner }: { wallet: Wallet; inner: boolean }) => {
  const say = useText();
  const { list } = wallet;
  const held = list?.certificates.filter(isHeld) ?? [];
  const available = list?.certificates.filter(({ status }) => status === 'available') ?? [];
  const unavailable = list?.certificates.filter(({ status }) => status === 'unavailable') ?? [];
  const separator = currentLanguage() === 'zh' ? '、' : ', ';
  return (
    <main className={available.length ? 'page has-dock' : 'page'} data-testid="home-page">
      <TopBar title={say('home.title')} back={inner} />
      {wallet.displayName && (
        <p className="soft holder">
          <span data-testid="display-name">{wallet.displayName}</span>
          {wallet.actingFor && (
            <span data-testid="acting-for">
              {say(wallet.actingFor.kind === 'office' ? 'home.inOffice' : 'home.actingFor', {
                name: wallet.actingFor.name,
              })}
            </span>
          )}
          {wallet.prepared && (
            <span className="small prepared" data-testid="prepared">
              <Icon name="valid" />
              {say('home.prepared')}
            </span>
          )}
        </p>
      )}
      <HomeNotices wallet={wallet} />
      {!list && wallet.loading && <p role="status">{say('home.loading')}</p>}
      {list && held.length === 0 && !wallet.adding && (
        <section className="empty" data-testid="empty">
          <h2>{say('home.empty')}</h2>
          <p className="soft">{say(available.length ? 'home.empty.text' : 'home.empty.none')}</p>
        </section>
      )}
      <ul className="cards">
        {held.map((entry) => (
          <li key={entry.certificate.id}>
            <CertificateCard
              entry={entry}
              asOf={list!.asOf}
              copies={wallet.copies}
              reveal={wallet.reveal}
              canReveal={wallet.signedIn}
            />
          </li>
        ))}
      </ul>
      {unavailable.length > 0 && (
        <details
          className="unavailable"
          data-testid="unavailable"
          open={held.length + available.length === 0}
        >
          <summary>{say('home.unavailable')}</summary>
          <dl>
            {unavailable.map((entry) => (
              <div key={entry.type}>
                <dt>{local(entry.typeName)}</dt>
                <dd className="soft">
                  {reasonText(say, entry.reason)}
                  {entry.reason === 'proofing_level' && (
                    <>
                      {' '}
                      <a href="/raise-level">{say('reason.raise')}</a>
                    </>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {available.length > 0 && (
        <div className="dock">
          <p className="small soft">
            {say('home.available', {
              names: available.map(({ typeName }) => local(typeName)).join(separator),
            })}
          </p>
          <Button
            look="main"
            icon="plus"
            wide
            data-testid="add-all"
            disabled={wallet.adding !== undefined || !wallet.signedIn || wallet.unreachable}
            onClick={wallet.addAll}
          >
            {say('home.add', { count: available.length })}
          </Button>
        </div>
      )}
    </main>
  );
};
