/** Scan to sign in, on the phone: look, choose the number, refuse, ask for more time. */
import type { Request, Router } from 'express';
import { parse } from '../http/parse.ts';
import type { PhoneScans } from '../oidc/index.ts';
import { chosenNumberBody, scanIdParams } from './schema.ts';

const phoneOf = (req: Request) => ({
  accountId: req.caller!.accountId,
  sessionUid: req.caller!.sessionUid,
  address: req.ip ?? '',
});

/** Below /wallet/api, behind the guard of walletRoutes. */
export const scanRoutes = (router: Router, scans: PhoneScans): void => {
  router.post('/wallet/api/scans/:id/look', async (req, res) => {
    res.json(await scans.look(parse(scanIdParams, req.params).id, phoneOf(req)));
  });
  router.post('/wallet/api/scans/:id/confirm', async (req, res) => {
    const { id } = parse(scanIdParams, req.params);
    const { number } = parse(chosenNumberBody, req.body);
    await scans.confirm(id, number, phoneOf(req));
    res.json({ confirmed: true });
  });
  router.post('/wallet/api/scans/:id/refuse', async (req, res) => {
    await scans.refuse(parse(scanIdParams, req.params).id, phoneOf(req));
    res.json({ refused: true });
  });
  router.post('/wallet/api/scans/:id/more-time', async (req, res) => {
    res.json(await scans.moreTime(parse(scanIdParams, req.params).id, phoneOf(req)));
  });
};
