/** The wallet's one state: what is held, whether we are signed in and reachable, and what is being done. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { ProblemError, request, UnreachableError } from '../shared/request.ts';
import { eraseAndAskForProof } from './erase-and-ask.ts';
import type { Progress } from './fetch-views.ts';
import {
  currentSession,
  endSession,
  finishSignIn,
  leaveForSignOut,
  maySignInSilently,
  type Session,
  startSignIn,
} from './session.ts';
import type { ActingFor, CertificateList, RevealedField, WalletCertificate } from './types.ts';
import { startVault } from './vault.ts';
import {
  browserKeepsKeys,
  type Copy,
  eraseAll,
  eraseHeld,
  readCopies,
  readSaved,
  type Saved,
  save,
} from './wallet-store.ts';

export interface Adding extends Progress {
  name: LocalText;
}

export interface AddResult {
  added: number;
  failures: { name: LocalText; reason: string | LocalText }[];
}

export interface Wallet {
  /** Nothing is known yet. */
  loading: boolean;
  signedIn: boolean;
  unreachable: boolean;
  problem: 'signin' | 'server' | undefined;
  displayName: string | undefined;
  actingFor: ActingFor | undefined;
  list: CertificateList | undefined;
  adding: Adding | undefined;
  addResult: AddResult | undefined;
  preparing: Progress | undefined;
  prepareFailed: boolean;
  /** Every view of every certificate in force has fresh copies on this device. */
  prepared: boolean;
  keysWork: boolean;
  /** This phone has no room left: what was fetched before stays. */
  storageFull: boolean;
  /** It was ended from elsewhere; nothing is left on it. */
  phoneEnded: boolean;
  copies: readonly Copy[];
  signIn(): void;
  /** Asks whom she acts for. */
  switchIdentity(): void;
  /** Shows a factor on this phone now, whatever session there is. */
  signInAgain(): void;
  signOut(): void;
  /** Everything here is gone; the next sign-in asks for a factor. */
  eraseHere(): Promise<void>;
  refresh(): void;
  addAll(): void;
  dismissResult(): void;
  /** Looks at what a relative has; `add`: takes all that can be taken. */
  openFamily(link: string, add: boolean): Promise<void>;
  reveal(certificateId: string): Promise<RevealedField[]>;
}

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('onecert-wallet') : undefined;

export const useWallet = (): Wallet => {
  const [loading, setLoading] = useState(true);
  const [session, setSession] = useState<Session | undefined>();
  const [unreachable, setUnreachable] = useState(false);
  const [problem, setProblem] = useState<Wallet['problem']>();
  const [displayName, setDisplayName] = useState<string>();
  const [actingFor, setActingFor] = useState<ActingFor>();
  const [list, setList] = useState<CertificateList>();
  const [adding, setAdding] = useState<Adding>();
  const [addResult, setAddResult] = useState<AddResult>();
  const [preparing, setPreparing] = useState<Progress>();
  const [prepareFailed, setPrepareFailed] = useState(false);
  const [prepared, setPrepared] = useState(false);
  const [keysWork, setKeysWork] = useState(true);
  const [storageFull, setStorageFull] = useState(false);
  const [phoneEnded, setPhoneEnded] = useState(false);
  const [copies, setCopies] = useState<readonly Copy[]>([]);
  const started = useRef(false);
  const busy = useRef(false);
  const waiting = useRef<{ by: Session; fresh: CertificateList }>(undefined);

  const failed = useCallback((error: unknown) => {
    if (error instanceof UnreachableError) return setUnreachable(true);
    if (error instanceof ProblemError && error.status === 401) {
      endSession();
      setSession(undefined);
      // The login's own session may outlive the token: asked once, then the button.
      if (maySignInSilently()) startSignIn({ prompt: 'none' }).catch(() => setUnreachable(true));
      return;
    }
    setProblem('server');
  }, []);

  const prepare = useCallback(async (by: Session, fresh: CertificateList) => {
    // One at a time; what came in meanwhile is done next, the latest list only.
    waiting.current = { by, fresh };
    if (busy.current) return;
    busy.current = true;
    try {
      if (!(await browserKeepsKeys())) return setKeysWork(false);
      const { renewCopies } = await import('./fetch-views.ts');
      while (waiting.current) {
        const next = waiting.current;
        waiting.current = undefined;
        const complete = await renewCopies(next.by, next.fresh, setPreparing);
        const held = await readCopies();
        setCopies(held);
        setPrepareFailed(!complete);
        setPrepared(complete && held.length > 0);
      }
    } catch (error) {
      if (isQuota(error)) setStorageFull(true);
      else setPrepareFailed(true);
    } finally {
      busy.current = false;
      setPreparing(undefined);
    }
  }, []);

  /** Nothing of it stays, and the page says why. */
  const endHere = useCallback(async () => {
    endSession();
    setSession(undefined);
    setList(undefined);
    setCopies([]);
    setPhoneEnded(true);
    await eraseAll().catch(() => undefined);
    await startVault().catch(() => undefined);
  }, []);

  const load = useCallback(
    async (by: Session) => {
      try {
        const token = by.accessToken;
        const [me, fresh] = await Promise.all([
          request<Me>('/wallet/api/me', { token }),
          request<CertificateList>('/wallet/api/certificates', { token }),
        ]);
        // Another person on the same browser, or the same one for somebody else: nothing of the one before stays.
        const saved = await readSaved().catch(() => undefined);
        const isOther = saved?.subject !== by.subject || saved.actingFor?.id !== me.actingFor?.id;
        if (me.phoneEnded || (saved?.phone !== me.phone && (await wasEnded(saved))))
          return void (await endHere());
        if (saved && isOther)
          await (saved.subject === by.subject ? eraseHeld() : eraseAll().then(startVault));
        if (!me.actingFor) {
          const { readFamily } = await import('./family-cards.ts');
          fresh.family = await readFamily(token, isOther ? [] : (saved?.list.family ?? []));
        }
        setDisplayName(me.displayName);
        setActingFor(me.actingFor);
        setList(fresh);
        setUnreachable(false);
        setProblem(undefined);
        const { displayName: name, actingFor: entity, phone } = me;
        await save({ displayName: name, actingFor: entity, phone, subject: by.subject, list: fresh }).then(
          () => setStorageFull(false),
          (error) => setStorageFull(isQuota(error)),
        );
        void prepare(by, fresh);
      } catch (error) {
        failed(error);
      }
    },
    [failed, prepare, endHere],
  );

  const start = useCallback(async () => {
    const saved = await readSaved().catch(() => undefined);
    if (saved) {
      setDisplayName(saved.displayName);
      setActingFor(saved.actingFor);
      setList(saved.list);
      setLoading(false);
      setCopies(await readCopies().catch(() => []));
    }
    const outcome = await finishSignIn().catch((error: unknown) =>
      error instanceof UnreachableError ? 'unreachable' : 'failed',
    );
    if (outcome === 'failed') setProblem('signin');
    if (outcome === 'unreachable') setUnreachable(true);
    const alive = currentSession();
    setSession(alive);
    if (alive) await load(alive);
    else if (await wasEnded(saved)) await endHere();
    else if (saved && outcome === 'nothing' && maySignInSilently()) {
      await startSignIn({ prompt: 'none' }).catch(() => setUnreachable(true));
    }
    setLoading(false);
  }, [load, endHere]);

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void start();
  }, [start]);

  useEffect(() => {
    const onMessage = () => location.replace('/wallet/');
    channel?.addEventListener('message', onMessage);
    return () => channel?.removeEventListener('message', onMessage);
  }, []);

  // Coming back to the wallet is the moment its state should be true again.
  useEffect(() => {
    const onVisible = () => {
      const alive = currentSession();
      if (document.visibilityState === 'visible' && alive) void load(alive);
    };
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('online', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', onVisible);
    };
  }, [load]);

  const addAll = useCallback(async () => {
    const alive = currentSession();
    const wanted = list?.certificates.filter(({ status }) => status === 'available') ?? [];
    if (!alive || wanted.length === 0) return setSession(alive);
    setAddResult(undefined);
    setPrepared(false);
    // Before the first of them is here, not after.
    await navigator.storage?.persist?.().catch(() => false);
    const result: AddResult = { added: 0, failures: [] };
    for (const [done, { type, typeName }] of wanted.entries()) {
      setAdding({ done: done + 1, total: wanted.length, name: typeName });
      try {
        const held = await request<WalletCertificate>('/wallet/api/certificates', {
          method: 'POST',
          token: alive.accessToken,
          json: { type },
          timeoutSeconds: 20,
        });
        result.added += 1;
        setList((before) => before && withAdded(before, held));
      } catch (error) {
        const reason = error instanceof ProblemError ? (error.sentence ?? error.code) : 'default';
        result.failures.push({ name: typeName, reason });
      }
    }
    setAdding(undefined);
    setAddResult(result);
    await load(alive);
  }, [list, load]);

  /** Looks at a relative's certificates, adds what there is when asked to, and carries copies from then on. */
  const openFamily = useCallback(
    async (link: string, add: boolean) => {
      const alive = currentSession();
      const member = list?.family?.find((one) => one.link === link);
      if (!alive || !list || !member) throw new UnreachableError('not signed in');
      const { lookAt } = await import('./family-cards.ts');
      const looked = await lookAt(alive.accessToken, member, add);
      const family = list.family!.map((one) => (one.link === link ? looked : one));
      const fresh = { ...list, family };
      setList(fresh);
      const saved = await readSaved();
      if (saved) await save({ ...saved, list: fresh }).catch((error) => setStorageFull(isQuota(error)));
      void prepare(alive, fresh);
    },
    [list, prepare],
  );

  const reveal = useCallback(async (certificateId: string): Promise<RevealedField[]> => {
    const path = `/wallet/api/certificates/${encodeURIComponent(certificateId)}/reveal`;
    const token = currentSession()?.accessToken;
    if (!token) throw new UnreachableError('not signed in');
    return (await request<{ fields: RevealedField[] }>(path, { method: 'POST', token })).fields;
  }, []);

  const signOut = useCallback(async () => {
    endSession();
    await eraseAll().catch(() => undefined);
    channel?.postMessage('signed-out');
    leaveForSignOut();
  }, []);

  const refresh = useCallback(() => {
    const alive = currentSession();
    setSession(alive);
    if (alive) void load(alive);
    else startSignIn(maySignInSilently() ? { prompt: 'none' } : {}).catch(() => setUnreachable(true));
  }, [load]);

  return {
    loading,
    signedIn: session !== undefined,
    unreachable,
    problem,
    displayName,
    actingFor,
    list,
    adding,
    addResult,
    preparing,
    prepareFailed,
    prepared,
    keysWork,
    storageFull,
    phoneEnded,
    copies,
    signIn: () => void startSignIn().catch(() => setUnreachable(true)),
    switchIdentity: () => void startSignIn({ prompt: 'select_account' }).catch(() => setUnreachable(true)),
    signInAgain: () => void startSignIn({ prompt: 'login' }).catch(() => setUnreachable(true)),
    signOut: () => void signOut(),
    eraseHere: eraseAndAskForProof,
    refresh,
    addAll: () => void addAll(),
    dismissResult: () => setAddResult(undefined),
    openFamily,
    reveal,
  };
};

interface Me {
  displayName: string;
  actingFor?: ActingFor;
  phone?: string;
  phoneEnded?: boolean;
}

const isQuota = (error: unknown): boolean => (error as DOMException)?.name === 'QuotaExceededError';

/** Asked by what the phone is called, since whoever holds it may not be signed in. Without an answer: not known to be. */
const wasEnded = async (saved: Saved | undefined): Promise<boolean> => {
  if (!saved?.phone) return false;
  const asked = request<{ ended: boolean }>('/wallet/phone-state', {
    method: 'POST',
    json: { phone: saved.phone },
    timeoutSeconds: 3,
  });
  return (await asked.catch(() => undefined))?.ended === true;
};

/** In the place of what could be added; the list that follows has all of its type. */
const withAdded = (list: CertificateList, entry: WalletCertificate): CertificateList => ({
  ...list,
  certificates: list.certificates.map((before) =>
    before.type === entry.type && before.status === 'available' ? entry : before,
  ),
});
