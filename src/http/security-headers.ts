/** One strict policy for every page we serve: nothing inline, nothing from elsewhere. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Stands before oidc-provider, which adds the hash of its form_post script to a policy that is already set. */
export const securityHeaders = (baseUrl: string): RequestHandler[] => {
  const https = baseUrl.startsWith('https:');
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          // 'wasm-unsafe-eval' lets the wallet and the counter run the QR reader; it allows no JavaScript eval.
          scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:', 'blob:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          workerSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
          ...(https ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
      crossOriginEmbedderPolicy: false,
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
    }),
    (_req, res, next) => {
      res.setHeader('permissions-policy', 'camera=(self), geolocation=(), microphone=(), payment=()');
      next();
    },
  ];
};
