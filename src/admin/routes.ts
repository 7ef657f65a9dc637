import express, { type Request, type RequestHandler, Router } from 'express';
import type { Capacity } from '../accounts/index.ts';
import { makeCopyBody } from '../annotated-copies/index.ts';
import { type BatchDocument, type LifeVerb, metadataCsv } from '../credentials/index.ts';
import { parse, rateLimit, requestIdOf } from '../http/index.ts';
import { officeScope, type Post } from '../officials/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import { type Access, access, type RouteName } from './access.ts';
import { answerOnce } from './answer-once.ts';
import { noteMoveIn, reportCardLost } from './clerk-acts.ts';
import { counterHandlers } from './counter-routes.ts';
import { approveDecision, declineDecision } from './decide.ts';
import { decideApplication, isApplication } from './decide-application.ts';
import { shownDecision } from './decision-store.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { exportMetadata } from './export-metadata.ts';
import { findCertificates } from './find-certificates.ts';
import { decideBatch, listBatches, proposeBatch, showBatch } from './issue-batches.ts';
import { listCertificates } from './list-certificates.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listWaiting } from './list-waiting.ts';
import {
  appoint,
  endPost,
  leave,
  listPosts,
  listProposals,
  movePost,
  type ProposalInput,
  propose,
} from './manage-posts.ts';
import { answerObjection, listObjections, readObjection } from './objections.ts';
import { offerCertificate } from './offer-certificate.ts';
import { endPersonPhone, findPerson } from './people-at-counter.ts';
import { proposeDecision } from './propose-decision.ts';
import { openCertificate, readCertificate } from './read-certificate.ts';
import { listRegisters, readIntake } from './read-intake.ts';
import { reasons } from './reasons.ts';
import { approveReset, declineReset, listResets, proposeReset } from './reset-person.ts';
import * as schema from './schema.ts';

export interface AdminRoutesDeps extends Dependencies {
  ephemeral: Ephemeral;
  requireScope(scope: string, as: readonly Capacity['kind'][]): RequestHandler;
}

const actingOf = (req: Request): Acting => ({ official: req.official!, requestId: requestIdOf(req.res!) });

const shownBatch = <B extends BatchDocument>({ sourceMark: _, ...batch }: B) => batch;
const postsOf = (posts: readonly Post[]) => ({ posts });

/** The departments' API. Each route asks for the role that access.ts names; the use case asks for unit and region. */
export const adminRoutes = (deps: AdminRoutesDeps): Router => {
  const { officials } = deps;

  const change =
    (verb: LifeVerb): RequestHandler =>
    async (req, res) => {
      const { decision, isNew } = await proposeDecision(deps, {
        ...actingOf(req),
        verb,
        certificate: parse(schema.certificateParams, req.params).id,
        reason: parse(schema.reasonBody, req.body).reason,
        key: parse(schema.idempotencyKey, req.get('idempotency-key')),
      });
      res.status(isNew ? 201 : 200).json(shownDecision(decision));
    };

  const handlers: Record<RouteName, RequestHandler> = {
    me: (req, res) => void res.json({ capacity: req.official!.capacity }),
    reasons: (_req, res) => void res.json({ reasons }),
    organisation: async (_req, res) => {
      const { number, units } = await officials.tree.current();
      res.json({ number, units });
    },
    certificates: async (req, res) => {
      const query = parse(schema.certificatesQuery, req.query);
      res.json(await listCertificates(deps, { ...actingOf(req), ...query }));
    },
    findCertificates: async (req, res) => {
      const question = parse(schema.findCertificatesBody, req.body);
      res.json(await findCertificates(deps, { ...actingOf(req), ...question }));
    },
    certificate: async (req, res) => {
      const { id } = parse(schema.certificateParams, req.params);
      res.json(await readCertificate(deps, { ...actingOf(req), certificate: id }));
    },
    openCertificate: async (req, res) => {
      const { id } = parse(schema.certificateParams, req.params);
      const { purpose } = parse(schema.purposeBody, req.body);
      res.json(await openCertificate(deps, { ...actingOf(req), certificate: id, purpose }));
    },
    deliveries: async (req, res) => {
      const { id } = parse(schema.certificateParams, req.params);
      res.json({ deliveries: await listDeliveries(deps, { ...actingOf(req), certificate: id }) });
    },
    suspend: change('suspend'),
    resume: change('resume'),
    revoke: change('revoke'),
    withdraw: change('withdraw'),
    cancel: change('cancel'),
    lapse: change('lapse'),
    moveOut: change('move_out'),
    other: change('other'),
    renew: change('renew'),
    change: change('change'),
    correct: change('correct'),
    replace: change('replace'),
    moveIn: async (req, res) => {
      const { id } = parse(schema.certificateParams, req.params);
      const { previous } = parse(schema.moveInBody, req.body);
      res.json(await noteMoveIn(deps, { ...actingOf(req), certificate: id, previous }));
    },
    cardLost: async (req, res) => {
      const { id } = parse(schema.certificateParams, req.params);
      res.json(await reportCardLost(deps, { ...actingOf(req), certificate: id }));
    },
    annotate: async (req, res) => {
      const { accountId, capacity } = req.official!;
      const made = await deps.annotatedCopies.forOffice({
        ...parse(makeCopyBody, req.body),
        key: parse(schema.idempotencyKey, req.get('idempotency-key')),
        accountId,
        capacity,
        requestId: requestIdOf(res),
      });
      res.status(201).json(made);
    },
    metadata: async (req, res) => {
      const { format, ...wanted } = parse(schema.metadataBody, req.body);
      const page = await exportMetadata(deps, { ...actingOf(req), ...wanted });
      if (format === 'json') return void res.json(page);
      if (page.next) res.set('x-next', page.next);
      res.type('text/csv').send(metadataCsv(page.records));
    },
    decisions: async (req, res) => {
      res.json({ decisions: await listWaiting(deps, actingOf(req)) });
    },
    approveDecision: async (req, res) => {
      const { id } = parse(schema.decisionParams, req.params);
      const input = { ...actingOf(req), decision: id };
      if (isApplication(id)) res.json(await decideApplication(deps, { ...input, to: 'approved' }));
      else res.json(shownDecision(await approveDecision(deps, input)));
    },
    declineDecision: async (req, res) => {
      const { id } = parse(schema.decisionParams, req.params);
      const { reason } = parse(schema.declineBody, req.body ?? {});
      const input = { ...actingOf(req), decision: id, ...(reason === undefined ? {} : { reason }) };
      if (isApplication(id)) res.json(await decideApplication(deps, { ...input, to: 'declined' }));
      else res.json(shownDecision(await declineDecision(deps, input)));
    },
    objections: async (req, res) => {
      res.json(await listObjections(deps, actingOf(req)));
    },
    objection: async (req, res) => {
      const { id } = parse(schema.objectionParams, req.params);
      res.json(await readObjection(deps, { ...actingOf(req), objection: id }));
    },
    answerObjection: async (req, res) => {
      const { id } = parse(schema.objectionParams, req.params);
      const answer = parse(schema.answerBody, req.body);
      res.json(await answerObjection(deps, { ...actingOf(req), objection: id, ...answer }));
    },
    offer: async (req, res) => {
      const body = parse(schema.offerBody, req.body);
      res.status(201).json(await offerCertificate(deps, { ...actingOf(req), ...body }));
    },
    batches: async (req, res) => {
      res.json({ batches: (await listBatches(deps, actingOf(req))).map(shownBatch) });
    },
    proposeBatch: async (req, res) => {
      const body = parse(schema.batchBody, req.body);
      const key = parse(schema.idempotencyKey, req.get('idempotency-key'));
      res.status(201).json(shownBatch(await proposeBatch(deps, { ...actingOf(req), ...body, key })));
    },
    batch: async (req, res) => {
      const { id } = parse(schema.batchParams, req.params);
      res.json(shownBatch(await showBatch(deps, { ...actingOf(req), batch: id })));
    },
    approveBatch: async (req, res) => {
      const { id } = parse(schema.batchParams, req.params);
      res.json(shownBatch(await decideBatch(deps, { ...actingOf(req), batch: id, to: 'running' })));
    },
    declineBatch: async (req, res) => {
      const { id } = parse(schema.batchParams, req.params);
      res.json(shownBatch(await decideBatch(deps, { ...actingOf(req), batch: id, to: 'declined' })));
    },
    registers: async (req, res) => {
      res.json({ registers: await listRegisters(deps, actingOf(req)) });
    },
    intake: async (req, res) => {
      const { id } = parse(schema.registerParams, req.params);
      res.json(await readIntake(deps, { ...actingOf(req), register: id }));
    },
    findPerson: async (req, res) => {
      res.json(await findPerson(deps, { ...actingOf(req), ...parse(schema.findPersonBody, req.body) }));
    },
    endPersonPhone: async (req, res) => {
      const { account } = parse(schema.accountParams, req.params);
      const { purpose } = parse(schema.purposeBody, req.body);
      res.json(await endPersonPhone(deps, { ...actingOf(req), account, purpose }));
    },
    proposeReset: async (req, res) => {
      const { account } = parse(schema.accountParams, req.params);
      const { purpose, phone } = parse(schema.resetBody, req.body);
      res.status(201).json(await proposeReset(deps, { ...actingOf(req), account, purpose, phone }));
    },
    resets: async (req, res) => {
      res.json({ resets: await listResets(deps, actingOf(req)) });
    },
    approveReset: async (req, res) => {
      const { id } = parse(schema.resetParams, req.params);
      res.json(await approveReset(deps, { ...actingOf(req), reset: id }));
    },
    declineReset: async (req, res) => {
      const { id } = parse(schema.resetParams, req.params);
      res.json(await declineReset(deps, { ...actingOf(req), reset: id }));
    },
    ...counterHandlers(deps, actingOf),
    posts: async (req, res) => {
      const query = parse(schema.postsQuery, req.query);
      res.json({ posts: await listPosts(deps, { ...actingOf(req), ...query }) });
    },
    appoint: async (req, res) => {
      const { account, document, ...place } = parse(schema.appointBody, req.body);
      res.status(201).json(await appoint(deps, { ...actingOf(req), person: { account, document }, place }));
    },
    movePost: async (req, res) => {
      const { reason, ...place } = parse(schema.moveBody, req.body);
      const named = parse(schema.postParams, req.params);
      res.json(await movePost(deps, { ...actingOf(req), ...named, place, reason }));
    },
    endPost: async (req, res) => {
      const { reason } = parse(schema.reasonBody, req.body);
      const named = parse(schema.postParams, req.params);
      res.json(await endPost(deps, { ...actingOf(req), ...named, reason }));
    },
    leave: async (req, res) => {
      const { reason } = parse(schema.reasonBody, req.body);
      const { account } = parse(schema.accountParams, req.params);
      res.json(postsOf(await leave(deps, { ...actingOf(req), account, reason })));
    },
    proposals: async (req, res) => {
      res.json({ proposals: await listProposals(deps, actingOf(req)) });
    },
    propose: async (req, res) => {
      const proposal = parse(schema.proposalBody, req.body) as ProposalInput;
      res.status(201).json(await propose(deps, { ...actingOf(req), proposal }));
    },
    approveProposal: async (req, res) => {
      const { id } = parse(schema.proposalParams, req.params);
      const by = req.official!.accountId;
      const context = contextOf(actingOf(req));
      res.json(await officials.administrators.approve({ proposal: id, by, context }));
    },
    declineProposal: async (req, res) => {
      const { id } = parse(schema.proposalParams, req.params);
      const by = req.official!.accountId;
      const context = contextOf(actingOf(req));
      res.json(await officials.administrators.decline({ proposal: id, by, context }));
    },
    auditReport: async (_req, res) => {
      res.json(await deps.audit.verify());
    },
  };

  const router = Router();
  router.use(
    '/admin/api',
    deps.requireScope(officeScope, ['office']),
    express.json({ limit: '16kb' }),
    (_req, res, next) => {
      res.set('cache-control', 'no-store');
      next();
    },
  );
  // Finding people by their number is bounded by the person who asks (SHR-8).
  const bounded = rateLimit({
    ephemeral: deps.ephemeral,
    name: 'admin-person',
    limit: 200,
    windowSeconds: 3600,
    key: (req) => req.official!.accountId,
  });
  // So is what takes a way of signing in from somebody: a counter serves so many people in an hour.
  const actBounded = rateLimit({
    ephemeral: deps.ephemeral,
    name: 'admin-person-act',
    limit: 30,
    windowSeconds: 3600,
    key: (req) => req.official!.accountId,
  });
  const byNumber = new Set<RouteName>([
    'offer',
    'appoint',
    'propose',
    'findPerson',
    'findCertificates',
    'openCertificate',
    'annotate',
    'metadata',
    'openCase',
  ]);
  const takingAway = new Set<RouteName>(['endPersonPhone', 'proposeReset']);
  for (const [name, { method, path, roles }] of Object.entries(access) as [RouteName, Access][]) {
    const role = officials.requireRole(...(roles === 'any' ? [] : roles));
    const limits = byNumber.has(name) ? [bounded] : takingAway.has(name) ? [actBounded] : [];
    // A PIN is kept nowhere, not even with an answer.
    const isKept = method === 'post' && name !== 'setCounterPin';
    const handler = isKept ? answerOnce(deps, handlers[name]) : handlers[name];
    router[method](path, role, ...limits, handler);
  }
  return router;
};
