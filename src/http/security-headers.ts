/** One strict policy for every page we serve: nothing inline, nothing from elsewhere. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** What a middleware sets that asks nothing of the request. */
const headersOf = (middleware: RequestHandler): [name: string, value: string][] => {
  const headers = new Map<string, string>();
  const answer = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader() {} };
  middleware({} as never, answer as never, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return [...headers];
};

/**
 * Stands before oidc-provider, which adds the hash of its form_post script to a policy that is already set. Nothing here
 * depends on the request, so helmet is asked once and not at each one.
 */
export const securityHeaders = (baseUrl: string): RequestHandler => {
  const https = baseUrl.startsWith('https:');
  const headers = headersOf(
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
  );
  headers.push(['permissions-policy', 'camera=(self), geolocation=(), microphone=(), payment=()']);
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
};
