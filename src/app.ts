/** The HTTP surface on a core: the edge, every feature's routes, oidc-provider last. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Express, Request, Response } from 'express';
import { outboxRoutes } from './accounts/index.ts';
import { adminRoutes } from './admin/index.ts';
import { annotatedCopyRoutes } from './annotated-copies/index.ts';
import { projectDir } from './config.ts';
import { type Core, watchdogOf } from './core.ts';
import { credentialRoutes, offerRoutes, verifyRoutes } from './credentials/index.ts';
import { appRecordPages, appRecordRoutes } from './developers/apps/index.ts';
import { developerRoutes } from './developers/index.ts';
import { enterpriseRoutes } from './enterprises/index.ts';
import { ServiceError } from './errors.ts';
import { familyPages, familyRoutes } from './families/index.ts';
import { closeEdge, createMetrics, openEdge, staticApp } from './http/index.ts';
import { itemRoutes } from './items/index.ts';
import { startJobs } from './jobs.ts';
import { mailOutboxRoutes } from './mail/index.ts';
import { myAccountRoutes, ownPages } from './my-account/index.ts';
import { objectionRoutes } from './objections/index.ts';
import { officialRoutes } from './officials/index.ts';
import { accessTokenGuard, appTokenGuard, measureLogouts, passkeyForm } from './oidc/index.ts';
import { personalDataPages } from './personal-data/index.ts';
import { phonePages } from './phone/index.ts';
import { portalRoutes, publicPages } from './portal/index.ts';
import { presentationRoutes, presentingRoutes } from './presentations/index.ts';
import { recoveryRoutes } from './recovery/index.ts';
import { registrationRoutes } from './registration/index.ts';
import { slipPage } from './slips/index.ts';
import { ticketRoutes } from './tickets/index.ts';
import { trustRoutes, worstLevel } from './trust/index.ts';
import { useLogRoutes } from './use-log/index.ts';
import { walletRoutes } from './wallet/index.ts';

export interface App {
  express: Express;
  /** From now on /health/ready says so. */
  ready(): void;
  /** From now on /health/ready says no, and answers close their connection. */
  stopping(): void;
  close(): Promise<void>;
}

/** Puts the HTTP surface on a core: the edge, every feature's routes, the provider last. */
export const buildApp = async (core: Core): Promise<App> => {
  const { config, storage, accounts, audit, clock, logger, credentials, catalogue, trust, offers } = core;
  const { baseUrl } = config;
  const metrics = createMetrics();
  const settings = { baseUrl, kind: config.kind, trustedProxies: config.trustedProxies, logger, metrics };
  const server = openEdge(settings);
  let state: 'starting' | 'ready' | 'stopping' = 'starting';

  server.use((_req, res, next) => {
    if (state === 'stopping') res.set('connection', 'close');
    next();
  });
  server.get('/health/live', (_req, res) => void res.json({ status: 'live' }));
  server.get('/health/ready', async (_req, res) => {
    const answers =
      state === 'ready' &&
      (await storage.ping().then(
        () => true,
        () => false,
      ));
    res
      .status(answers ? 200 : 503)
      .json({ status: answers ? 'ready' : state === 'ready' ? 'store_unavailable' : state });
  });
  const watchdog = watchdogOf(core);
  watchdog.measure(metrics.registry);
  server.get('/health/deadlines', async (_req, res) => {
    const deadlines = await watchdog.deadlines();
    res.json({ level: worstLevel(deadlines), deadlines });
  });
  server.get('/metrics', metrics.handler);

  server.use(core.oidc.appEndpoints);
  const unitName = (id: string) => trust.issuer(id)?.name;
  server.use(publicPages({ baseUrl, catalogue, unitName, sandboxUrl: core.sandbox?.baseUrl }));
  if (config.localTls) server.use(phonePages(config.localTls));
  server.use(developerRoutes(core.developers));
  server.use(trustRoutes(trust));
  server.use(credentialRoutes({ credentials, catalogue, baseUrl }));
  server.use(verifyRoutes({ credentials, ephemeral: storage.ephemeral }));
  server.use(itemRoutes({ items: core.items, catalogue, unitName }));
  server.use(offerRoutes(offers));
  server.use(
    officialRoutes({ officials: core.officials, ephemeral: storage.ephemeral, baseUrl, passkeyForm }),
  );
  if (core.smsOutbox) server.use(outboxRoutes(core.smsOutbox));
  if (core.mailOutbox) server.use(mailOutboxRoutes(core.mailOutbox));
  const personOf = async (req: Request, res: Response): Promise<string | undefined> => {
    // The library finds the session by its own signed cookie.
    const session = await core.oidc.provider.Session.get({ req, res, secure: req.secure } as never);
    return session.accountId;
  };
  server.use(registrationRoutes({ ...core.registration.pages, items: core.items, personOf }));
  const { face } = core.registration.pages;
  server.use(
    recoveryRoutes({
      baseUrl,
      secret: createHmac('sha256', core.keyring.secrets.nonceSecret).update('recovery').digest(),
      recoveries: core.recoveries,
      ephemeral: storage.ephemeral,
      personOf,
      ...(face ? { face } : {}),
    }),
  );
  server.use(
    myAccountRoutes({
      baseUrl,
      signIn: core.oidc.accountSignIn,
      ephemeral: storage.ephemeral,
      secret: core.keyring.secrets.nonceSecret,
      pages: ownPages({ ...core, baseUrl, ephemeral: storage.ephemeral }, [
        ...familyPages(core),
        slipPage({ ...core, baseUrl }),
        ...personalDataPages(core.personalData),
        ...appRecordPages({
          records: core.appRecords,
          items: core.items,
          accounts,
          describeScope: core.oidc.describeScope,
          strengthShown: core.oidc.strengthShown,
        }),
      ]),
    }),
  );
  const guarded = { provider: () => core.oidc.provider, baseUrl, capacityOf: core.oidc.capacityOf };
  const requireScope = accessTokenGuard(guarded);
  server.use(core.credentialIssuer.routes(requireScope(undefined, ['self', 'enterprise'])));
  server.use(
    appRecordRoutes({
      records: core.appRecords,
      officials: core.officials,
      ephemeral: storage.ephemeral,
      strengthShown: core.oidc.strengthShown,
      requireScope,
    }),
  );
  server.use(adminRoutes({ ...core.admin.dependencies, ephemeral: storage.ephemeral, requireScope }));
  server.use(familyRoutes({ families: core.families, officials: core.officials, requireScope }));
  server.use(objectionRoutes({ objections: core.objections, requireScope }));
  server.use(useLogRoutes({ useLog: core.useLog, requireScope }));
  server.use(presentingRoutes({ ...core.presenting, ephemeral: storage.ephemeral, requireScope }));
  server.use(
    walletRoutes({
      accounts,
      audit,
      catalogue,
      checkProofs: core.credentialIssuer.checkProofs,
      clock,
      credentials,
      holders: core.holders,
      requireScope,
      scans: core.oidc.scans,
    }),
  );
  server.use(enterpriseRoutes({ enterprises: core.enterprises, requireScope }));
  server.use(
    portalRoutes({
      accounts,
      audit,
      cases: core.cases,
      catalogue,
      clock,
      credentials,
      items: core.items,
      requireScope,
    }),
  );
  const requireApp = appTokenGuard(guarded);
  server.use(presentationRoutes({ ...core.presentations, ephemeral: storage.ephemeral, requireApp }));
  if (config.vcApi) {
    const { createVcApi } = await import('./vc-api/index.ts');
    server.use(await createVcApi({ baseUrl, clock }));
  }
  server.use(
    annotatedCopyRoutes({
      ...core,
      baseUrl,
      ephemeral: storage.ephemeral,
      desk: core.admin.dependencies.annotatedCopies,
      pdfFont: config.pdfFont,
      requireScope,
    }),
  );
  // Before the counter's own files, which answer every other address below /counter.
  for (const routes of core.counters.routes()) server.use(routes);
  for (const name of ['wallet', 'counter', 'console'])
    server.use(staticApp(`/${name}`, join(projectDir, 'dist/web', name), config.kind));
  server.use(
    ticketRoutes({
      tickets: core.tickets,
      baseUrl,
      ephemeral: storage.ephemeral,
      perMinute: config.mode === 'development' ? 60_000 : 600,
    }),
  );
  server.use(core.oidc.router);
  server.use(core.oidc.callback);
  closeEdge(server, settings);

  await credentials.resumePendingStateChanges();
  await core.officials.administrators.resume();
  await core.admin.resume();
  await core.personalData.closings.closeDue();
  await core.recoveries.applyDue();
  await publishTrust(core);
  await watchdog.look();
  core.oidc.logouts.start(measureLogouts(metrics.registry));
  const minute = 60;
  await core.writeRegistrationToken?.();
  const stopJobs = startJobs(
    [
      {
        name: 'audit checkpoint',
        everySeconds: config.audit.checkpointMinutes * minute,
        run: () => audit.checkpoint(),
      },
      { name: 'login keys', everySeconds: 1, run: async () => core.oidc.takeUpKeys() },
      { name: 'expired documents', everySeconds: minute, run: () => storage.sweep() },
      { name: 'recovered passwords', everySeconds: minute, run: () => core.recoveries.applyDue() },
      {
        name: 'enterprises and their register',
        everySeconds: minute,
        run: () => core.enterprises.reconcileWithRegister(),
      },
      {
        name: 'copies of ended powers',
        everySeconds: minute,
        run: () => credentials.endPresentersWithout(core.stands),
      },
      {
        name: 'closing of accounts',
        everySeconds: minute,
        run: () => core.personalData.closings.closeDue(),
      },
      { name: 'apps decided on', everySeconds: minute, run: () => core.appRecords.finishPending() },
      { name: 'back-channel logout', everySeconds: 1, run: () => core.oidc.logouts.deliverDue() },
      { name: 'life events', everySeconds: minute, run: () => core.lifeEvents.apply() },
      {
        name: 'certificates and their registers',
        everySeconds: minute,
        run: () => core.admin.registerWatch.turn(),
      },
      {
        name: 'quality of the registers',
        everySeconds: 60 * minute,
        run: () => core.admin.intakeHistory.readAll(),
      },
      { name: 'watchdog', everySeconds: 60 * minute, run: () => watchdog.look() },
      { name: 'family links', everySeconds: minute, run: () => core.families.settle() },
      ...(core.writeRegistrationToken
        ? [{ name: 'registration token', everySeconds: 12 * 60 * minute, run: core.writeRegistrationToken }]
        : []),
    ],
    logger,
  );
  return {
    express: server,
    ready() {
      state = 'ready';
    },
    stopping() {
      state = 'stopping';
      core.oidc.stopWaiting();
    },
    async close() {
      stopJobs();
      await core.oidc.logouts.stop();
      await audit.checkpoint().catch((error: unknown) => logger.error({ err: error }, 'no audit checkpoint'));
      await core.close();
    },
  };
};

/** A list in force is served on while the key that would sign the next one is away. */
const publishTrust = async ({ trust, logger }: Core): Promise<void> => {
  try {
    await trust.publish();
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'key_unavailable')) throw error;
    await trust.trustList();
    logger.error({ err: error }, 'the trust list could not be signed anew');
  }
};
