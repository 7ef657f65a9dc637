import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import type { Capacity } from '../../src/accounts/index.ts';
import { adminRoutes } from '../../src/admin/index.ts';
import { ServiceError } from '../../src/errors.ts';
import { problemHandler } from '../../src/http/index.ts';
import type { RunningApp } from './start-app.ts';

/** The routes on the real core; who calls is said by a header, as the access-token guard says it from the token. */
export const openOfficeApi = (app: RunningApp) => {
  const { admin, storage } = app.core;
  const callers = new Map<string, { accountId: string; capacity?: Capacity }>();
  const requireScope = (): RequestHandler => (req, _res, next) => {
    const caller = callers.get(req.get('x-caller') ?? '');
    if (!caller) throw new ServiceError('unauthenticated');
    Object.assign(req, { caller });
    next();
  };
  const server = express();
  server.use(adminRoutes({ ...admin.dependencies, ephemeral: storage.ephemeral, requireScope }));
  server.use(problemHandler({ baseUrl: app.baseUrl, logger: pino({ level: 'silent' }) }));
  const call = (
    caller: string | undefined,
    method: 'get' | 'post',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => {
    const sent = request(server)
      [method](path)
      .set({ accept: 'application/json', ...headers });
    if (caller) sent.set('x-caller', caller);
    return method === 'post' ? sent.send(body ?? {}) : sent;
  };
  return { callers, call };
};
