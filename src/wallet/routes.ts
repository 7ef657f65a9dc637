import express, { type Request, type RequestHandler, Router } from 'express';
import type { Accounts, Capacity } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import {
  type ActContext,
  type Acting,
  type Catalogue,
  type Credentials,
  type Enrolment,
  enrolmentOf,
  type Holders,
  type ProofCheck,
} from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/parse.ts';
import { maskName } from '../identifiers/mask.ts';
import type { PhoneScans } from '../oidc/index.ts';
import { addCertificate } from './add-certificate.ts';
import { copyCertificate } from './copy-certificate.ts';
import { walletGuard } from './guard.ts';
import { listCertificates } from './list-certificates.ts';
import { revealFields } from './reveal-fields.ts';
import { scanRoutes } from './scan-routes.ts';
import { addCertificateBody, certificateIdParams, copiesBody, phoneBody } from './schema.ts';

export interface WalletDeps {
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  checkProofs: ProofCheck;
  clock: Clock;
  credentials: Credentials;
  scans: PhoneScans;
  holders: Holders;
  requireScope(scope: string, as?: readonly Capacity['kind'][]): RequestHandler;
}

/** Who asks, as what, and what the act is called in the log. */
export interface Asking {
  accountId: string;
  /** Reference of the capacity. */
  capacity: string;
  context: ActContext;
}

/** In whose affairs, or `unauthenticated` when the account or the power has ended since the token was made. */
export const actingOf = async (deps: WalletDeps, { accountId, capacity }: Asking): Promise<Acting> => {
  const acting = await deps.holders.acting(accountId, capacity);
  if (!acting) throw new ServiceError('unauthenticated');
  return acting;
};

const askingOf = (req: Request): Asking => {
  const { accountId, capacity } = req.caller!;
  const requestId = req.res?.getHeader('x-request-id') as string | undefined;
  return { accountId, capacity: capacity.ref, context: { actor: `account:${accountId}`, requestId } };
};

/** The same wallet in the same sign-in is the same phone, at the credential endpoint and here. */
const enrolmentIn = (req: Request): Enrolment | undefined => {
  const { accountId: account, clientId: client, sessionUid: signIn } = req.caller!;
  return signIn === undefined ? undefined : enrolmentOf({ account, client, signIn });
};

export const walletRoutes = (deps: WalletDeps): Router => {
  const router = Router();
  // Without a token: a phone that was ended may be nobody's any more, and must learn it.
  router.post('/wallet/phone-state', express.json({ limit: '1kb' }), async (req, res) => {
    const { phone } = parse(phoneBody, req.body);
    res.set('cache-control', 'no-store').json({ ended: await deps.credentials.phoneEnded(phone) });
  });
  router.use('/wallet/api', ...walletGuard(deps.requireScope), express.json({ limit: '128kb' }));
  router.get('/wallet/api/me', async (req, res) => {
    const { holder, office } = await actingOf(deps, askingOf(req));
    const phone = enrolmentIn(req)?.id;
    const phoneEnded = phone !== undefined && (await deps.credentials.phoneEnded(phone));
    if (holder.kind === 'person')
      return void res.json({
        displayName: maskName(holder.name),
        ...(office ? { actingFor: { id: office.id, name: office.name.zh, kind: 'office' } } : {}),
        phone,
        phoneEnded,
      });
    const account = await deps.accounts.get(req.caller!.accountId);
    const actingFor = { id: holder.id, name: holder.name, kind: 'enterprise' };
    res.json({ displayName: maskName(account?.name ?? ''), actingFor, phone, phoneEnded });
  });
  router.get('/wallet/api/certificates', async (req, res) => {
    res.json(await listCertificates(deps, askingOf(req)));
  });
  router.post('/wallet/api/certificates', async (req, res) => {
    const { type } = parse(addCertificateBody, req.body);
    res.status(201).json(await addCertificate(deps, { ...askingOf(req), type }));
  });
  router.post('/wallet/api/certificates/:id/reveal', async (req, res) => {
    const { id } = parse(certificateIdParams, req.params);
    res.json(await revealFields(deps, { ...askingOf(req), certificateId: id }));
  });
  router.post('/wallet/api/certificates/:id/copies', async (req, res) => {
    const { id } = parse(certificateIdParams, req.params);
    const { credential_configuration_id: configuration, proofs } = parse(copiesBody, req.body);
    res.json(
      await copyCertificate(deps, {
        ...askingOf(req),
        certificateId: id,
        configuration,
        proofs: proofs.jwt,
        enrolment: enrolmentIn(req),
      }),
    );
  });
  // Letting somebody sign in is a person's own affair.
  router.use('/wallet/api/scans', deps.requireScope('wallet'));
  scanRoutes(router, deps.scans);
  return router;
};
