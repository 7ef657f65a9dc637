/**
 * RFC 7592 §2.2: a client that changes its metadata sends its secret along. The library compares that with the secret it
 * holds, and ours is a hash: so the comparison is made here, and what is right is taken out. What is wrong stays in and
 * is refused by the library, after it has looked at the registration access token.
 */
import express, { type RequestHandler } from 'express';
import type { AppRegistry } from './create-apps.ts';

export const ownSecretInBody = (apps: Pick<AppRegistry, 'isSecretOf'>): RequestHandler[] => [
  express.json({ limit: '56kb' }),
  async (req, _res, next) => {
    const body = req.body as Record<string, unknown> | undefined;
    if (body?.client_secret !== undefined) {
      if (await apps.isSecretOf(String(req.params.clientId), body.client_secret)) delete body.client_secret;
    }
    next();
  },
];
