import express, { type Request, type RequestHandler, Router } from 'express';
import { ServiceError } from '../errors.ts';
import { keepLanguage, languageOf, parse, rateLimit, requestIdOf, sendPage } from '../http/index.ts';
import { maskName } from '../identifiers/index.ts';
import { type FontFiles, openFontFiles } from './font-files.ts';
import type { AnnotatedCopyDesk, DeskDeps } from './make-for-case.ts';
import { checkPage, printPage } from './pages.ts';
import * as schema from './schema.ts';
import type { OperatorFont } from './typesetter.ts';
import { writePdf } from './write-pdf.ts';

export interface AnnotatedCopyRoutesDeps
  extends Pick<DeskDeps, 'baseUrl' | 'accounts' | 'catalogue' | 'credentials' | 'ephemeral'> {
  desk: AnnotatedCopyDesk;
  /** For characters that the built-in typeface does not have. */
  pdfFont?: OperatorFont | undefined;
  requireScope(scope: string | undefined): RequestHandler;
}

/** The app's route, the page that a copy's QR leads to, and the page and the PDF to print. The office's route is in src/admin. */
export const annotatedCopyRoutes = (deps: AnnotatedCopyRoutesDeps): Router => {
  const router = Router();
  router.post(
    '/portal/cases/:number/annotated-copies',
    deps.requireScope(undefined),
    express.json({ limit: '16kb' }),
    async (req, res) => {
      const { number } = parse(schema.caseParams, req.params);
      const { accountId, clientId, scopes } = req.caller!;
      const made = await deps.desk.forApp({
        ...parse(schema.appCopyBody, req.body),
        case: number,
        key: parse(schema.idempotencyKey, req.get('idempotency-key')),
        accountId,
        clientId,
        scopes,
        requestId: requestIdOf(res),
      });
      res.status(201).set('cache-control', 'no-store').json(made);
    },
  );

  const secure = deps.baseUrl.startsWith('https:');
  const bounded = rateLimit({
    ephemeral: deps.ephemeral,
    name: 'annotated-copy',
    limit: 120,
    windowSeconds: 60,
  });
  router.get('/annotated-copies/:id', bounded, async (req, res) => {
    keepLanguage(req, res, secure);
    const { id } = parse(schema.copyParams, req.params);
    const copy = await deps.credentials.annotatedCopies.find(id);
    if (copy?.state !== 'released') throw new ServiceError('not_found');
    const account = await deps.accounts.get(copy.holder);
    const page = checkPage({
      copy,
      type: deps.catalogue.get(copy.type),
      verdict: await deps.credentials.annotatedCopies.judge(copy),
      holder: account ? maskName(account.name) : '',
      language: languageOf(req),
    });
    sendPage(res.set('cache-control', 'no-store'), 200, page);
  });
  /** What its link to print shows, for the minutes that the link lives. */
  const toPrint = async (req: Request) => {
    const { id } = parse(schema.copyParams, req.params);
    const { ticket } = req.query;
    const found = typeof ticket === 'string' ? await deps.desk.toPrint(id, ticket) : undefined;
    if (!found) throw new ServiceError('not_found');
    return {
      ...found,
      type: deps.catalogue.get(found.copy.type),
      checkUrl: `${deps.baseUrl}/annotated-copies/${id}`,
      ticket: ticket as string,
      language: languageOf(req),
    };
  };
  router.get('/annotated-copies/:id/print', bounded, async (req, res) => {
    keepLanguage(req, res, secure);
    const page = await printPage(await toPrint(req));
    sendPage(res.set('cache-control', 'no-store'), 200, page);
  });
  let files: FontFiles | undefined;
  router.get('/annotated-copies/:id/pdf', bounded, async (req, res) => {
    const found = await toPrint(req);
    files ??= openFontFiles();
    const pdf = await writePdf({ ...found, files, operatorFont: deps.pdfFont });
    res
      .set('cache-control', 'no-store')
      .set('content-disposition', `attachment; filename="${found.copy.id}.pdf"`)
      .type('application/pdf')
      .send(pdf);
  });
  return router;
};
