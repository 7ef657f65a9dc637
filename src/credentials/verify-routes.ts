/** The online answer, for whoever was handed a certificate and has a network. It needs no sign-in and keeps nothing. */
import express, { Router } from 'express';
import { z } from 'zod';
import { parse, rateLimit } from '../http/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { Credentials } from './index.ts';

/** With a photograph in it a credential is some 100 KB. */
const body = z.strictObject({ credential: z.string().min(1).max(400_000) });

export const verifyRoutes = (deps: {
  credentials: Pick<Credentials, 'judgeOnline'>;
  ephemeral: Ephemeral;
}): Router => {
  const router = Router();
  router.post(
    '/verify',
    rateLimit({ ephemeral: deps.ephemeral, name: 'verify', limit: 600, windowSeconds: 60 }),
    express.json({ limit: '512kb' }),
    async (req, res) => {
      const { credential } = parse(body, req.body);
      res.set('cache-control', 'no-store').json(await deps.credentials.judgeOnline(credential));
    },
  );
  return router;
};
