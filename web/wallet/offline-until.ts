import { type HeldCertificate, keyOf, type WalletView } from './types.ts';
import type { Copy } from './wallet-store.ts';

/** The copies of one view that can still be shown. One that names nobody is for one showing. */
export const usableCopies = (
  copies: readonly Copy[],
  entry: HeldCertificate,
  view: WalletView,
  now: number,
): Copy[] =>
  copies.filter(
    ({ certificateId, viewNumber, notAfter, uses }) =>
      certificateId === keyOf(entry) &&
      viewNumber === view.number &&
      notAfter > now + 60 &&
      !(view.once && uses > 0),
  );

/** Unix seconds up to which one view works without a network; undefined: it does not now. */
export const viewUntil = (
  copies: readonly Copy[],
  entry: HeldCertificate,
  view: WalletView,
  now: number,
): number | undefined => {
  const ends = usableCopies(copies, entry, view, now).map(({ notAfter }) => notAfter);
  return ends.length ? Math.max(...ends) : undefined;
};

/** Up to when every named view works; those that name nobody live three days and say so where they are chosen. */
export const offlineUntil = (
  copies: readonly Copy[],
  entry: HeldCertificate,
  now: number,
): number | undefined => {
  const named = entry.views.filter(({ once }) => !once);
  const ends = (named.length ? named : entry.views).map((view) => viewUntil(copies, entry, view, now));
  return ends.some((end) => end === undefined) ? undefined : Math.min(...(ends as number[]));
};
