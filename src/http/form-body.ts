/** Form posts of our own pages. oidc-provider reads its own bodies: never mount this above it. */
import express, { type RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';

/** NUL and lone surrogates break stores and logs further in; no honest form holds them. */
export const isPlainText = (text: string): boolean => !/[\0\ud800-\udfff]/u.test(text);

const onePlainValueEach: RequestHandler = (req, _res, next) => {
  for (const [name, value] of Object.entries((req.body ?? {}) as Record<string, unknown>)) {
    if (typeof value !== 'string' || !isPlainText(value) || !isPlainText(name))
      throw new ServiceError('invalid_request');
  }
  next();
};

/** Parses application/x-www-form-urlencoded; a field given twice, NUL or broken text is invalid_request. */
export const formBody = (): RequestHandler[] => [
  express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 40 }),
  onePlainValueEach,
];
