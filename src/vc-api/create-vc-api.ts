import express, { type Response, Router } from 'express';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/index.ts';
import type { JsonObject } from '../verifier/core/strict-json.ts';
import { checkCredential } from './check-credential.ts';
import { type SuiteName, suites } from './check-proof.ts';
import { writeManifest } from './manifest.ts';
import { type Problem, toProblemDetails } from './problems.ts';
import { issueBody, verifyCredentialBody, verifyPresentationBody } from './schema.ts';
import { createTestStatusLists, isPurpose } from './status-list.ts';
import { createTestIssuer } from './test-issuer.ts';
import { verifyCredential, verifyPresentation } from './verify.ts';

const nothing = [{ path: '', message: 'the document cannot be read as JSON-LD without guessing' }];

/** The routes under /vc-api, with keys that were not there before. */
export const createVcApi = async ({ baseUrl, clock }: { baseUrl: string; clock: Clock }): Promise<Router> => {
  const eddsa = await createTestIssuer('eddsa-rdfc-2022');
  const issuers = { 'eddsa-rdfc-2022': eddsa, 'ecdsa-rdfc-2019': await createTestIssuer('ecdsa-rdfc-2019') };
  const lists = createTestStatusLists(baseUrl, eddsa);
  const time = (): string => `${new Date(seconds(clock) * 1000).toISOString().slice(0, 19)}Z`;

  const refuse = (res: Response, problems: readonly Problem[], more: object = {}): void => {
    const problemDetails = toProblemDetails(problems);
    res.status(400).json({ ...more, problemDetails, errors: problemDetails.map(({ detail }) => detail) });
  };
  const answer = (res: Response, problems: readonly Problem[], check: string[] = ['proof']): void => {
    const checks = [{ check }];
    if (problems.length > 0) refuse(res, problems, { verified: false, checks });
    else res.json({ verified: true, problemDetails: [], checks });
  };

  const router = Router();
  router.use('/vc-api', express.json({ limit: '256kb' }), (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });

  const issue = async (suite: SuiteName, body: unknown, res: Response): Promise<void> => {
    const { credential, options } = parse(issueBody, body);
    const problems = checkCredential(credential);
    if (problems.length > 0) return refuse(res, problems);
    const own = options.statusPurpose ? { credentialStatus: lists.newEntry(options.statusPurpose) } : {};
    const signed = await issuers[suite].sign({ ...own, ...credential }, time()).catch(() => undefined);
    if (!signed) return refuse(res, nothing);
    res.status(201).json({ verifiableCredential: signed });
  };
  router.post('/vc-api/credentials/issue', (req, res) => issue('eddsa-rdfc-2022', req.body, res));
  router.post('/vc-api/:suite/credentials/issue', (req, res) => {
    const { suite } = req.params;
    if (!Object.hasOwn(suites, suite)) throw new ServiceError('not_found');
    return issue(suite as SuiteName, req.body, res);
  });

  const terms = () => ({
    now: seconds(clock),
    statusList: (url: string): Promise<JsonObject | undefined> => lists.at(url, time()),
  });
  router.post('/vc-api/credentials/verify', async (req, res) => {
    const { verifiableCredential, options } = parse(verifyCredentialBody, req.body);
    answer(res, await verifyCredential(verifiableCredential, { ...options, ...terms() }), options.checks);
  });
  router.post('/vc-api/presentations/verify', async (req, res) => {
    const { verifiablePresentation, options } = parse(verifyPresentationBody, req.body);
    answer(res, await verifyPresentation(verifiablePresentation, { ...options, ...terms() }), options.checks);
  });

  router.get('/vc-api/status/:purpose', async (req, res) => {
    const { purpose } = req.params;
    if (!isPurpose(purpose)) throw new ServiceError('not_found');
    res.type('application/vc').send(JSON.stringify(await lists.listOf(purpose, time())));
  });
  router.get('/vc-api/implementation', (_req, res) => {
    const dids = { 'eddsa-rdfc-2022': eddsa.did, 'ecdsa-rdfc-2019': issuers['ecdsa-rdfc-2019'].did };
    res.json(writeManifest(baseUrl, dids));
  });
  return router;
};
