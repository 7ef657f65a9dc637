/** One request for certificates, as this wallet answers it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { request as ask, ProblemError, UnreachableError } from '../../shared/request.ts';
import { currentSession } from '../session.ts';
import type { CertificateList } from '../types.ts';
import { fetchCopy } from './fetch-copy.ts';
import { DoesNotFit, makePresentation } from './make-presentation.ts';
import { BadRequest, type OpenedRequest, openRequest } from './open-request.ts';
import { type Candidate, type Consent, prepareConsent, verifierOf } from './prepare-consent.ts';
import { dropLink, readLink } from './read-link.ts';
import { NotTaken, type Sent, sendAnswer } from './send-answer.ts';

export type PresentEnd =
  | 'sent'
  | 'refused'
  | 'mismatch'
  | 'ended'
  | 'forged'
  | 'unreadable'
  | 'unsupported'
  | 'unfit'
  | 'notTaken'
  | 'unreachable'
  | 'failed';

export interface Presenting {
  request: OpenedRequest | undefined;
  consent: Consent | undefined;
  end: PresentEnd | undefined;
  sent: Sent | undefined;
  busy: boolean;
  agree(chosen: Candidate[]): void;
  refuse(): void;
  /** Another number than the one on the asking screen. */
  mismatch(): void;
}

const endOf = (error: unknown): PresentEnd => {
  if (error instanceof BadRequest) return error.why;
  if (error instanceof DoesNotFit) return 'unfit';
  if (error instanceof NotTaken) return 'notTaken';
  if (error instanceof UnreachableError) return 'unreachable';
  return error instanceof ProblemError && error.code === 'verifier_unreachable' ? 'unreachable' : 'failed';
};

/** Whoever did not take the answer, or hung up, may have read it all the same. */
const mayHaveRead = (error: unknown): boolean =>
  error instanceof NotTaken ||
  error instanceof UnreachableError ||
  (error instanceof ProblemError && error.code === 'verifier_unreachable');

/** A poster names no request yet: one is made for this wallet. */
const resolve = async (link: string): Promise<string> => {
  const poster = new RegExp(`^${location.origin}/p/([\\w-]{4,60})$`).exec(link)?.[1];
  if (!poster) return link;
  return (await ask<{ url: string }>(`/presentations/posters/${poster}`, { method: 'POST', json: {} })).url;
};

export const usePresenting = (link: string, list: CertificateList | undefined): Presenting => {
  const [request, setRequest] = useState<OpenedRequest>();
  const [consent, setConsent] = useState<Consent>();
  const [end, setEnd] = useState<PresentEnd>();
  const [sent, setSent] = useState<Sent>();
  const [busy, setBusy] = useState(false);
  const started = useRef(false);

  const run = useCallback(async (work: (token: string) => Promise<void>) => {
    setBusy(true);
    try {
      const session = currentSession();
      if (!session) throw new UnreachableError('not signed in');
      await work(session.accessToken);
    } catch (error) {
      // What can never be answered must not stand in the way of the next link.
      if (error instanceof BadRequest) dropLink();
      setEnd(endOf(error));
    } finally {
      setBusy(false);
    }
  }, []);

  useEffect(() => {
    // Once: a request is fetched for this very page.
    if (started.current || !list) return;
    started.current = true;
    void run(async (token) => {
      const parsed = readLink(await resolve(link));
      if (!parsed) throw new BadRequest('unreadable');
      const opened = await openRequest(parsed, token);
      setRequest(opened);
      setConsent(await prepareConsent(opened, list, token));
    });
  }, [link, list, run]);

  const record = (opened: OpenedRequest, result: 'sent' | 'refused', chosen: Candidate[], token: string) =>
    ask('/wallet/api/presentations/outcomes', {
      method: 'POST',
      token,
      json: {
        verifier: verifierOf(opened),
        result,
        credentials: chosen.map(({ entry, claims }) => ({
          certificate: entry.certificate.id,
          fields: claims.map(({ name }) => name),
        })),
      },
    });

  const decline = (why: 'refused' | 'mismatch') =>
    void run(async (token) => {
      const chosen = consent?.parts.map(({ candidates }) => candidates[0]!) ?? [];
      dropLink();
      setEnd(why);
      if (!request) return;
      // Her log first: the asker may be gone already.
      if (chosen.length > 0) await record(request, 'refused', chosen, token).catch(() => undefined);
      setSent(await sendAnswer(request, 'refused', token).catch(() => undefined));
    });

  return {
    request,
    consent,
    end,
    sent,
    busy,
    agree: (chosen) =>
      void run(async (token) => {
        if (!request || !consent) return;
        const presentations: Record<string, string[]> = {};
        for (const [at, { query }] of consent.parts.entries()) {
          const { entry, configurationId, claims } = chosen[at]!;
          const copy = await fetchCopy(token, { certificateId: entry.certificate.id, configurationId });
          presentations[query.id] = [
            await makePresentation(copy, { query, agreed: claims.map(({ path }) => path) }, request),
          ];
        }
        const note = () => record(request, 'sent', chosen, token).catch(() => undefined);
        const answer = await sendAnswer(request, { presentations }, token).catch(async (error: unknown) => {
          if (mayHaveRead(error)) await note();
          throw error;
        });
        dropLink();
        setSent(answer);
        setEnd('sent');
        await note();
        if (answer.goOnTo) location.assign(answer.goOnTo);
      }),
    refuse: () => decline('refused'),
    mismatch: () => decline('mismatch'),
  };
};
