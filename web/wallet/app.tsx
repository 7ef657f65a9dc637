import { lazy, Suspense, useEffect, useState } from 'react';
import { elderMode } from '../shared/preferences.ts';
import { UpdateBar } from '../shared/update-bar.tsx';
import { AllowPage } from './allow-page.tsx';
import { ChooseCertificatePage, ChooseViewPage } from './choose-page.tsx';
import { ElderHome } from './elder-home.tsx';
import { HomePage } from './home-page.tsx';
import { PhoneEndedPage } from './phone-ended-page.tsx';
import { ScanPage } from './scan-page.tsx';
import { SettingsPage } from './settings-page.tsx';
import { ShowPage } from './show-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { heldIn, keyOf } from './types.ts';
import { useRoute } from './use-route.ts';
import { useText } from './use-text.ts';
import { useWallet } from './use-wallet.ts';

/** Not of the first screen. */
const LockSetupPage = lazy(() =>
  import('./lock-setup-page.tsx').then(({ LockSetupPage: page }) => ({ default: page })),
);
const FamilyPage = lazy(() =>
  import('./family-page.tsx').then(({ FamilyPage: page }) => ({ default: page })),
);
const UsesPage = lazy(() => import('./uses-page.tsx').then(({ UsesPage: page }) => ({ default: page })));
const ChangesPage = lazy(() =>
  import('./changes-page.tsx').then(({ ChangesPage: page }) => ({ default: page })),
);
const WrongPage = lazy(() => import('./wrong-page.tsx').then(({ WrongPage: page }) => ({ default: page })));
const RequestsPage = lazy(() =>
  import('./requests-page.tsx').then(({ RequestsPage: page }) => ({ default: page })),
);
const PresentPage = lazy(() =>
  import('./presentation/present-page.tsx').then(({ PresentPage: page }) => ({ default: page })),
);
const MovePage = lazy(() => import('./move-page.tsx').then(({ MovePage: page }) => ({ default: page })));

export const App = () => {
  const wallet = useWallet();
  const say = useText();
  const [page, id, view] = useRoute();
  const [elder, setElder] = useState(elderMode);

  useEffect(() => {
    document.title = `${say('app.name')} · OneCert`;
  }, [say]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page is announced from its top
  useEffect(() => {
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [page, id, view]);

  const entry = heldIn(wallet.list).find((one) => keyOf(one) === id);
  const chosen = entry?.views.find(({ number }) => String(number) === view);

  const content = () => {
    if (page === 'settings') return <SettingsPage wallet={wallet} elder={elder} onElder={setElder} />;
    if (page === 'lock') return <LockSetupPage erase={wallet.eraseHere} />;
    if (wallet.phoneEnded) return <PhoneEndedPage onSignOut={wallet.signOut} />;
    if (page === 'move') return <MovePage wallet={wallet} onElder={setElder} />;
    if (page === 'present') return <PresentPage wallet={wallet} />;
    if (page === 'scan') return id === undefined ? <ScanPage /> : <AllowPage id={id} wallet={wallet} />;
    if (!wallet.list && !wallet.signedIn && !wallet.loading) {
      return <SignInPage wallet={wallet} elder={elder} onElder={setElder} />;
    }
    if (page === 'family') return <FamilyPage wallet={wallet} link={id} />;
    if (page === 'uses') return <UsesPage />;
    if (page === 'changes') return <ChangesPage />;
    if (page === 'wrong' && entry) return <WrongPage entry={entry} />;
    if (page === 'requests') return <RequestsPage />;
    if (page === 'show' && entry && chosen) {
      const { keysWork, preparing } = wallet;
      return (
        <ShowPage
          key={`${id}/${view}`}
          entry={entry}
          view={chosen}
          keysWork={keysWork}
          actsForAnother={entry.link !== undefined || wallet.actingFor?.kind === 'enterprise'}
          preparing={preparing}
        />
      );
    }
    if (page === 'show' && entry) return <ChooseViewPage entry={entry} copies={wallet.copies} />;
    if (page === 'show') return <ChooseCertificatePage list={wallet.list} />;
    if (elder && page !== 'cards') return <ElderHome wallet={wallet} />;
    return <HomePage wallet={wallet} inner={elder} />;
  };

  return (
    <>
      <Suspense fallback={null}>{content()}</Suspense>
      {page !== 'show' && (
        <UpdateBar text={say('update.text')} yes={say('update.yes')} later={say('update.later')} />
      )}
    </>
  );
};
