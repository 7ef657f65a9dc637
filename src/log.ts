import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Members that may hold personal data or secrets anywhere in a logged object. */
const sensitive = [
  'authorization', 'cookie', 'password', 'name', 'phone', 'documentNumber', 'document_number', 'login', 'loginName',
  'tx_code', 'code', 'token', 'access_token', 'refresh_token', 'id_token', 'client_secret', 'claims', 'fields',
]; // biome-ignore format: one list, read as a whole

const numbers = /(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)(?:00)?(?:86)?1[3-9]\d{9}(?!\d)/g;

/** Last line of defence: digits that look like a citizen number or a mobile phone never leave in a log line. */
export const scrub = (text: string): string => text.replace(numbers, '[redacted]');

/** JSON lines on standard error; standard output belongs to people and to `--json`. */
export const createLogger = (
  level: string,
  to: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger =>
  pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: sensitive.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
      serializers: {
        err(error: unknown) {
          const { type, message, stack, code } = pino.stdSerializers.err(error as Error) as Record<
            string,
            string
          >;
          // Not `code`: that name is an authorization code's, and redacted.
          return { type, reason: code, message: scrub(message ?? ''), stack: scrub(stack ?? '') };
        },
      },
    },
    to,
  );
