import { formatMoment } from '../shared/format.ts';
import { currentLanguage, local } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { serverSeconds } from '../shared/server-time.ts';
import { viewUntil } from './offline-until.ts';
import { TopBar } from './top-bar.tsx';
import {
  type CertificateList,
  type HeldCertificate,
  isHeld,
  isShowable,
  keyOf,
  type WalletView,
} from './types.ts';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';
import type { Copy } from './wallet-store.ts';

export const fieldNames = (fields: { label: { zh: string; en: string } }[]): string =>
  fields.map(({ label }) => local(label)).join(currentLanguage() === 'zh' ? '、' : ', ');

/** What tells one of several of a type from the others; the first field is the holder's name on every card. */
const told = ({ card }: HeldCertificate): string =>
  card.fields
    .slice(1, 3)
    .map(({ masked }) => masked)
    .filter(Boolean)
    .join(' · ');

/** Which certificate: the elder mode's first step. */
export const ChooseCertificatePage = ({ list }: { list: CertificateList | undefined }) => {
  const say = useText();
  const now = serverSeconds();
  const entries = (list?.certificates ?? [])
    .filter(isHeld)
    .filter((entry) => isShowable(entry, now) && entry.views.length);
  return (
    <main className="page" data-testid="choose-certificate">
      <TopBar title={say('choose.pick')} back />
      {entries.length === 0 && (
        <section className="empty">
          <h2>{say('choose.none')}</h2>
          <p className="soft">{say('choose.none.text')}</p>
        </section>
      )}
      <ul className="choices">
        {entries.map((entry) => (
          <li key={keyOf(entry)}>
            <button type="button" className="choice" onClick={() => goTo('show', keyOf(entry))}>
              <span>
                <strong>{local(entry.typeName)}</strong>
                {entry.issuer && <span className="small soft">{local(entry.issuer.name)}</span>}
                {entries.some((other) => other !== entry && other.type === entry.type) && (
                  <span className="small number">{told(entry)}</span>
                )}
              </span>
              <Icon name="forward" />
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
};

/** Which view: each says exactly what the other side will read, before anything opens. */
export const ChooseViewPage = ({ entry, copies }: { entry: HeldCertificate; copies: readonly Copy[] }) => {
  const say = useText();
  const now = serverSeconds();
  const until = (view: WalletView) => viewUntil(copies, entry, view, now);
  return (
    <main className="page" data-testid="choose-view">
      <TopBar title={say('choose.title')} back />
      <p className="soft">{local(entry.typeName)}</p>
      <ul className="choices">
        {entry.views.map((view) => (
          <li key={view.number}>
            <button
              type="button"
              className="choice"
              data-testid={`view-${view.id}`}
              onClick={() => {
                performance.mark('show-tap');
                goTo('show', keyOf(entry), String(view.number));
              }}
            >
              <span>
                <strong>{local(view.name)}</strong>
                {view.yesNo && <span className="small">{say('choose.yesNo')}</span>}
                <span className="soft">
                  {say('choose.sees')}
                  {currentLanguage() === 'zh' ? '：' : ': '}
                  {fieldNames(view.fields)}
                </span>
                {view.careful && (
                  <span className="careful small">
                    <Icon name="check" />
                    {say('choose.careful')}
                  </span>
                )}
                <span className="small soft" data-testid={`until-${view.id}`}>
                  {until(view) === undefined
                    ? say('choose.notReady')
                    : say('choose.until', { time: formatMoment(until(view)!) })}
                </span>
              </span>
              <Icon name="forward" />
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
};
