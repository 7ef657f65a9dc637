import express, { type Request, type RequestHandler, Router } from 'express';
import type { Account, Accounts } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { ActContext, Catalogue, Credentials, ProofCheck } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/parse.ts';
import { maskName } from '../identifiers/mask.ts';
import type { PhoneScans } from '../oidc/index.ts';
import { addCertificate } from './add-certificate.ts';
import { copyCertificate } from './copy-certificate.ts';
import { listCertificates } from './list-certificates.ts';
import { revealFields } from './reveal-fields.ts';
import { scanRoutes } from './scan-routes.ts';
import { addCertificateBody, certificateIdParams, copiesBody } from './schema.ts';

export interface WalletDeps {
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  checkProofs: ProofCheck;
  clock: Clock;
  credentials: Credentials;
  scans: PhoneScans;
  requireScope(scope: string): RequestHandler;
}

/** The signed-in person, or `unauthenticated` when the account has ended since the token was made. */
export const holderOf = async (deps: WalletDeps, accountId: string): Promise<Account> => {
  const account = await deps.accounts.get(accountId);
  if (account?.state !== 'active') throw new ServiceError('unauthenticated');
  return account;
};

const contextOf = (req: Request): ActContext => ({
  actor: `account:${req.caller!.accountId}`,
  requestId: req.res?.getHeader('x-request-id') as string | undefined,
});

export const walletRoutes = (deps: WalletDeps): Router => {
  const router = Router();
  router.use(
    '/wallet/api',
    deps.requireScope('wallet'),
    express.json({ limit: '128kb' }),
    (_req, res, next) => {
      res.set('cache-control', 'no-store');
      next();
    },
  );
  router.get('/wallet/api/me', async (req, res) => {
    const account = await holderOf(deps, req.caller!.accountId);
    res.json({ displayName: maskName(account.name) });
  });
  router.get('/wallet/api/certificates', async (req, res) => {
    res.json(await listCertificates(deps, req.caller!.accountId));
  });
  router.post('/wallet/api/certificates', async (req, res) => {
    const { type } = parse(addCertificateBody, req.body);
    res
      .status(201)
      .json(await addCertificate(deps, { accountId: req.caller!.accountId, type, context: contextOf(req) }));
  });
  router.post('/wallet/api/certificates/:id/reveal', async (req, res) => {
    const { id } = parse(certificateIdParams, req.params);
    res.json(
      await revealFields(deps, {
        accountId: req.caller!.accountId,
        certificateId: id,
        context: contextOf(req),
      }),
    );
  });
  router.post('/wallet/api/certificates/:id/copies', async (req, res) => {
    const { id } = parse(certificateIdParams, req.params);
    const { credential_configuration_id: configuration, proofs } = parse(copiesBody, req.body);
    res.json(
      await copyCertificate(deps, {
        accountId: req.caller!.accountId,
        certificateId: id,
        configuration,
        proofs: proofs.jwt,
        context: contextOf(req),
      }),
    );
  });
  scanRoutes(router, deps.scans);
  return router;
};
